#include "sim/profile/cell_masks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

bool masks_as(const CellMask& mask, const CellMask& wanted, std::size_t exits_before) {
  if (mask.rule != wanted.rule || mask.patience != wanted.patience) return false;
  if (wanted.thresholds.empty()) return true;
  const auto before = static_cast<std::ptrdiff_t>(exits_before);
  return std::equal(wanted.thresholds.begin(), wanted.thresholds.begin() + before, mask.thresholds.begin());
}

CellMask mask_for(const CellMask& policy, std::size_t exits_before) {
  const bool asks_cells = !policy.thresholds.empty() || policy.patience > 0;
  if (exits_before == 0 || !asks_cells || policy.patience >= exits_before) return {kMaskOfAll};
  return policy;
}

/// What `offramp profile --mask` takes for it.
std::string mask_option(const CellMask& mask) {
  if (mask.patience > 0) return fmt::format("{}:{}", mask.rule, mask.patience);
  return mask.thresholds.empty() ? mask.rule
                                 : fmt::format("{}:{}", mask.rule, fmt::join(mask.thresholds, ","));
}

}  // namespace

const CodecAnswers& coded_under(const ExitProfile& profile, const std::string& split,
                                const std::string& codec, const CellMask& policy) {
  const auto exits_before = static_cast<std::size_t>(last_exit_before(split) + 1);
  const CellMask wanted = mask_for(policy, exits_before);
  const SplitPoint* point = profile.find_split(split);
  std::vector<std::string> there;
  for (const CodecAnswers& answers : point == nullptr ? std::vector<CodecAnswers>{} : point->codecs) {
    if (answers.codec != codec || !answers.mask) continue;
    const CellMask& mask = profile.masks[*answers.mask];
    if (masks_as(mask, wanted, exits_before)) return *point->find_masked(codec, *answers.mask);
    there.push_back(mask.text());
  }
  throw UserError(
      fmt::format("the profile of {} has no {} at \"{}\" under the policy {}: what is sent of a frame "
                  "depends on the cells that the "
                  "device accepts, so that each policy is profiled. There it stands under: {}. Take one of "
                  "these, or add it: offramp profile {} --codec \"{}:{}\" --mask {}",
                  profile.model, codec, split, wanted.text(),
                  there.empty() ? "none" : fmt::format("{}", fmt::join(there, "; ")), profile.model, split,
                  codec, mask_option(wanted)));
}

}  // namespace offramp
