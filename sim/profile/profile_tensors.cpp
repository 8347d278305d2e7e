#include "sim/profile/profile_tensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "sim/core/digest.hpp"
#include "sim/profile/strict_json.hpp"

namespace offramp {
namespace {

void check_finite(std::span<const float> logits, std::size_t classes, const std::string& tensor) {
  const auto bad = std::ranges::find_if_not(logits, [](float value) { return std::isfinite(value); });
  if (bad != logits.end())
    throw BadDocument(fmt::format("tensor \"{}\" has the logit {} for image {}; all must be finite", tensor,
                                  *bad, static_cast<std::size_t>(bad - logits.begin()) / classes));
}

void check_counts(std::span<const float> counts, std::size_t cells, const std::string& tensor) {
  const auto bad =
      std::ranges::find_if_not(counts, [](float value) { return std::isfinite(value) && value >= 0; });
  if (bad == counts.end()) return;
  const auto at = static_cast<std::size_t>(bad - counts.begin());
  throw BadDocument(fmt::format("tensor \"{}\" has the count {} for cell {} of image {}; allowed: 0 and more",
                                tensor, *bad, at % cells, at / cells));
}

void check_labels(const ImageSet& set, const ExitProfile& profile) {
  const auto highest = profile.cells ? std::numeric_limits<std::int32_t>::max()
                                     : static_cast<std::int32_t>(profile.num_classes - 1);
  const auto bad = std::ranges::find_if_not(
      set.labels, [highest](std::int32_t label) { return label >= 0 && label <= highest; });
  if (bad == set.labels.end()) return;
  const auto at = static_cast<std::size_t>(bad - set.labels.begin());
  if (!profile.cells)
    throw BadDocument(fmt::format("tensor \"{}\" has the label {} for image {}; allowed: 0 to {}",
                                  labels_name(set.name), *bad, at, highest));
  throw BadDocument(fmt::format("tensor \"{}\" has {} people in cell {} of image {}; allowed: 0 and more",
                                labels_name(set.name), *bad, at % set.cells, at / set.cells));
}

}  // namespace

std::string labels_name(const std::string& set) { return set + "/labels"; }

std::string logits_name(const std::string& set, std::size_t exit) {
  return fmt::format("{}/exit {}/logits", set, exit);
}

std::string router_name(const std::string& set, std::size_t exit) {
  return fmt::format("{}/exit {}/router", set, exit);
}

std::string counts_name(const std::string& set, std::size_t exit) {
  return fmt::format("{}/exit {}/counts", set, exit);
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

std::string coded_counts_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit) {
  return fmt::format("{}/{}/{}/exit {}/counts", set, split, codec, exit);
}

std::vector<std::int64_t> label_shape(const ExitProfile& profile, std::int64_t images) {
  if (!profile.cells) return {images};
  return {images, static_cast<std::int64_t>(profile.cells->cells())};
}

std::vector<std::int64_t> logit_shape(const ExitProfile& profile, std::int64_t images) {
  std::vector<std::int64_t> shape = label_shape(profile, images);
  shape.push_back(static_cast<std::int64_t>(profile.num_classes));
  return shape;
}

std::string content_sha256(const std::string& document, const std::vector<TensorView>& tensors) {
  std::map<std::string, std::string> lines;
  for (const TensorView& tensor : tensors)
    lines[tensor.name] = fmt::format("{} {} {} {}\n", tensor.name, tensor_type_name(tensor.type),
                                     fmt::join(tensor.shape, "x"), sha256_hex(tensor.bytes));
  std::string text = document + "\n";
  for (const auto& [name, line] : lines) text += line;
  return sha256_hex(text);
}

void check_answers(const ExitProfile& profile) {
  for (std::size_t s = 0; s < profile.sets.size(); ++s) {
    const ImageSet& set = profile.sets[s];
    const std::size_t logits_an_image = set.cells * profile.num_classes;
    check_labels(set, profile);
    for (std::size_t exit = 0; exit < set.logits.size(); ++exit)
      check_finite(set.logits[exit], logits_an_image, logits_name(set.name, exit));
    for (std::size_t exit = 0; exit < set.counts.size(); ++exit)
      check_counts(set.counts[exit], set.cells, counts_name(set.name, exit));
    for (std::size_t exit = 0; exit < set.routers.size(); ++exit)
      check_finite(set.routers[exit], 1, router_name(set.name, exit));
    for (const SplitPoint& split : profile.splits) {
      const auto first_behind = static_cast<std::size_t>(last_exit_before(split.name) + 1);
      for (const CodecAnswers& answers : split.codecs) {
        for (std::size_t j = 0; j < answers.sets[s].logits.size(); ++j)
          check_finite(answers.sets[s].logits[j], logits_an_image,
                       coded_logits_name(set.name, split.name, answers.label(), first_behind + j));
        for (std::size_t j = 0; j < answers.sets[s].routers.size(); ++j)
          check_finite(answers.sets[s].routers[j], 1,
                       coded_router_name(set.name, split.name, answers.label(), first_behind + j));
        for (std::size_t j = 0; j < answers.sets[s].counts.size(); ++j)
          check_counts(answers.sets[s].counts[j], set.cells,
                       coded_counts_name(set.name, split.name, answers.label(), first_behind + j));
      }
    }
  }
}

}  // namespace offramp
