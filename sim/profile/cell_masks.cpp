#include "sim/profile/cell_masks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

bool masks_as(const CellMask& mask, const CellMask& wanted, std::size_t exits_before) {
  if (mask.rule != wanted.rule || wanted.rule == kMaskOfAll) return mask.rule == wanted.rule;
  const auto before = static_cast<std::ptrdiff_t>(exits_before);
  return std::equal(wanted.thresholds.begin(), wanted.thresholds.begin() + before, mask.thresholds.begin());
}

CellMask mask_for(const std::string& rule, const std::vector<double>& thresholds, std::size_t exits_before) {
  if (exits_before == 0 || thresholds.empty()) return {kMaskOfAll, {}};
  return {rule, thresholds};
}

/// What `offramp profile --mask` takes for it; empty: it makes no such masks.
std::string mask_option(const CellMask& mask) {
  if (mask.rule == kMaskOfAll) return kMaskOfAll;
  return mask.rule == "entropy" ? fmt::format("{}", fmt::join(mask.thresholds, ",")) : "";
}

}  // namespace

const CodecAnswers& coded_under(const ExitProfile& profile, const std::string& split,
                                const std::string& codec, const std::string& rule,
                                const std::vector<double>& thresholds) {
  const auto exits_before = static_cast<std::size_t>(last_exit_before(split) + 1);
  const CellMask wanted = mask_for(rule, thresholds, exits_before);
  const SplitPoint* point = profile.find_split(split);
  std::vector<std::string> there;
  for (const CodecAnswers& answers : point == nullptr ? std::vector<CodecAnswers>{} : point->codecs) {
    if (answers.codec != codec || !answers.mask) continue;
    const CellMask& mask = profile.masks[*answers.mask];
    if (masks_as(mask, wanted, exits_before)) return *point->find_masked(codec, *answers.mask);
    there.push_back(mask.text());
  }
  std::string remedy = "Take one of these";
  if (const std::string mask = mask_option(wanted); !mask.empty())
    remedy += fmt::format(", or add it: offramp profile {} --codec \"{}:{}\" --mask {}", profile.model, split,
                          codec, mask);
  throw UserError(
      fmt::format("the profile of {} has no {} at \"{}\" under the policy {}: what is sent of a frame "
                  "depends on the cells that the "
                  "device accepts, so that each policy is profiled. There it stands under: {}. {}",
                  profile.model, codec, split, wanted.text(),
                  there.empty() ? "none" : fmt::format("{}", fmt::join(there, "; ")), remedy));
}

}  // namespace offramp
