#include "sim/profile/exit_profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {

namespace {

/// The answers that a hop's name ("exit 0:int8_zstd") stands for, nothing coded before; null when there are
/// none.
std::pair<const SplitPoint*, const CodecAnswers*> find_hop(const ExitProfile& profile,
                                                           const std::string& name) {
  for (const SplitPoint& split : profile.splits)
    for (const CodecAnswers& answers : split.codecs)
      if (answers.after.empty() && hop_name(split.name, answers.codec) == name) return {&split, &answers};
  return {nullptr, nullptr};
}

/// What a profile's digest says of a mask.
std::string key_of(const CellMask& mask) {
  if (mask.patience > 0) return mask.text();
  return fmt::format("{} {}", mask.rule, fmt::join(mask.thresholds, " "));
}

}  // namespace

std::string hop_name(const std::string& split, const std::string& codec) { return split + ":" + codec; }

std::string CellMask::text() const {
  if (patience > 0) return fmt::format("{} {}", rule, patience);
  return thresholds.empty() ? rule : fmt::format("{} [{}]", rule, fmt::join(thresholds, ", "));
}

std::string CodecAnswers::label() const {
  if (mask) return fmt::format("{}/mask {}", codec, *mask);
  return after.empty() ? codec : codec + " after " + after;
}

const CodecAnswers* SplitPoint::find_codec(const std::string& codec, const std::string& after) const {
  const auto found = std::ranges::find_if(
      codecs, [&](const CodecAnswers& answers) { return answers.codec == codec && answers.after == after; });
  return found == codecs.end() ? nullptr : &*found;
}

const CodecAnswers* SplitPoint::find_masked(const std::string& codec, std::size_t mask) const {
  const auto found = std::ranges::find_if(
      codecs, [&](const CodecAnswers& answers) { return answers.codec == codec && answers.mask == mask; });
  return found == codecs.end() ? nullptr : &*found;
}

const CodecAnswers* ExitProfile::find_answers(const std::string& split, const std::string& codec,
                                              const std::string& after) const {
  const SplitPoint* point = find_split(split);
  if (point == nullptr) return nullptr;
  const CodecAnswers* answers = point->find_codec(codec, after);
  if (answers != nullptr || after.empty()) return answers;
  const auto [earlier, before] = find_hop(*this, after);
  return before != nullptr && before->exact ? point->find_codec(codec) : nullptr;
}

std::span<const float> ExitProfile::logits_behind(const SplitPoint& split, const CodecAnswers& coded,
                                                  std::size_t set, std::size_t exit) const {
  if (coded.has_own_answers())
    return coded.sets[set].logits[exit - static_cast<std::size_t>(last_exit_before(split.name) + 1)];
  // What an exact codec delivers is what it was given.
  const auto [earlier, before] = find_hop(*this, coded.after);
  return before == nullptr ? sets[set].logits[exit] : logits_behind(*earlier, *before, set, exit);
}

std::span<const float> ExitProfile::routers_of(std::size_t set, std::size_t exit) const {
  return has_routers && exit + 1 < exits.size() ? sets[set].routers[exit] : std::span<const float>();
}

std::span<const float> ExitProfile::routers_behind(const SplitPoint& split, const CodecAnswers& coded,
                                                   std::size_t set, std::size_t exit) const {
  if (!has_routers || exit + 1 >= exits.size()) return {};
  if (!coded.exact)
    return coded.sets[set].routers[exit - static_cast<std::size_t>(last_exit_before(split.name) + 1)];
  const auto [earlier, before] = find_hop(*this, coded.after);
  return before == nullptr ? routers_of(set, exit) : routers_behind(*earlier, *before, set, exit);
}

std::span<const float> ExitProfile::counts_behind(const SplitPoint& split, const CodecAnswers& coded,
                                                  std::size_t set, std::size_t exit) const {
  return coded.sets[set].counts[exit - static_cast<std::size_t>(last_exit_before(split.name) + 1)];
}

const SplitPoint* ExitProfile::find_split(const std::string& name) const {
  const auto found = std::ranges::find(splits, name, &SplitPoint::name);
  return found == splits.end() ? nullptr : &*found;
}

bool ExitProfile::carries_image(const SplitPoint& split) const {
  const auto segments = static_cast<std::size_t>(last_exit_before(split.name) + 1);
  return std::all_of(exits.begin(),
                     exits.begin() + static_cast<std::ptrdiff_t>(std::min(segments, exits.size())),
                     [](const ExitCost& exit) { return exit.backbone.calls == 0 && exit.head.calls > 0; });
}

std::size_t ExitProfile::set_index(const std::string& name) const {
  const auto found = std::ranges::find(sets, name, &ImageSet::name);
  if (found != sets.end()) return static_cast<std::size_t>(found - sets.begin());
  std::vector<std::string> names;
  for (const ImageSet& set : sets) names.push_back(set.name);
  throw UserError(fmt::format("the profile of {} has no image set \"{}\"; there are: {}", model, name,
                              fmt::join(names, ", ")));
}

const ImageSet& ExitProfile::set(const std::string& name) const { return sets[set_index(name)]; }

std::string ExitProfile::digest() const {
  std::string text = fmt::format("offramp-profile-1\nweights {}\ndataset {}\n", weights_sha256, dataset);
  if (wire_format) text += fmt::format("wire format {}\n", *wire_format);
  for (const SourceFile& file : data_files) text += fmt::format("data {} {}\n", file.sha256, file.name);
  if (cells) text += fmt::format("cells {} {}\n", cells->rows, cells->columns);
  for (const CellMask& mask : masks) text += "mask " + key_of(mask) + "\n";
  for (const SplitPoint& split : splits)
    for (const CodecAnswers& answers : split.codecs)
      text += fmt::format("codec {} {}\n", split.name, answers.label());
  return sha256_hex(text);
}

int last_exit_before(const std::string& split_name) {
  if (split_name == "input") return -1;
  constexpr std::string_view kPrefix = "exit ";
  constexpr std::size_t kMostDigits = 4;
  if (split_name.starts_with(kPrefix)) {
    const std::string_view digits = std::string_view(split_name).substr(kPrefix.size());
    int exit = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exit);
    const bool canonical =
        digits == "0" || (!digits.empty() && digits.front() >= '1' && digits.front() <= '9');
    if (error == std::errc() && end == digits.data() + digits.size() && canonical &&
        digits.size() <= kMostDigits)
      return exit;
  }
  throw UserError(fmt::format("\"{}\" is no split point; write \"input\" or \"exit 0\", \"exit 1\", ...",
                              split_name.substr(0, 60)));
}

}  // namespace offramp
