#include "sim/profile/profile_tensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/profile/strict_json.hpp"

namespace offramp {
namespace {

void check_finite(std::span<const float> logits, std::size_t classes, const std::string& tensor) {
  const auto bad = std::ranges::find_if_not(logits, [](float value) { return std::isfinite(value); });
  if (bad != logits.end())
    throw BadDocument(fmt::format("tensor \"{}\" has the logit {} for image {}; all must be finite", tensor,
                                  *bad, static_cast<std::size_t>(bad - logits.begin()) / classes));
}

}  // namespace

std::string labels_name(const std::string& set) { return set + "/labels"; }

std::string logits_name(const std::string& set, std::size_t exit) {
  return fmt::format("{}/exit {}/logits", set, exit);
}

std::string router_name(const std::string& set, std::size_t exit) {
  return fmt::format("{}/exit {}/router", set, exit);
}

std::string coded_bytes_name(const std::string& set, const std::string& split, const std::string& codec) {
  return fmt::format("{}/{}/{}/bytes", set, split, codec);
}

std::string coded_logits_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit) {
  return fmt::format("{}/{}/{}/exit {}/logits", set, split, codec, exit);
}

std::string coded_router_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit) {
  return fmt::format("{}/{}/{}/exit {}/router", set, split, codec, exit);
}

void check_answers(const ExitProfile& profile) {
  for (std::size_t s = 0; s < profile.sets.size(); ++s) {
    const ImageSet& set = profile.sets[s];
    const auto bad = std::ranges::find_if_not(set.labels, [&profile](std::int32_t label) {
      return label >= 0 && static_cast<std::size_t>(label) < profile.num_classes;
    });
    if (bad != set.labels.end())
      throw BadDocument(fmt::format("tensor \"{}\" has the label {} for image {}; allowed: 0 to {}",
                                    labels_name(set.name), *bad, bad - set.labels.begin(),
                                    profile.num_classes - 1));
    for (std::size_t exit = 0; exit < set.logits.size(); ++exit)
      check_finite(set.logits[exit], profile.num_classes, logits_name(set.name, exit));
    for (std::size_t exit = 0; exit < set.routers.size(); ++exit)
      check_finite(set.routers[exit], 1, router_name(set.name, exit));
    for (const SplitPoint& split : profile.splits) {
      const auto first_behind = static_cast<std::size_t>(last_exit_before(split.name) + 1);
      for (const CodecAnswers& answers : split.codecs) {
        for (std::size_t j = 0; j < answers.sets[s].logits.size(); ++j)
          check_finite(answers.sets[s].logits[j], profile.num_classes,
                       coded_logits_name(set.name, split.name, answers.label(), first_behind + j));
        for (std::size_t j = 0; j < answers.sets[s].routers.size(); ++j)
          check_finite(answers.sets[s].routers[j], 1,
                       coded_router_name(set.name, split.name, answers.label(), first_behind + j));
      }
    }
  }
}

}  // namespace offramp
