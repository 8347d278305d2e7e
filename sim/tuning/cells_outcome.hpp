#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/policy/exit_policy.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/frame_score.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {

/// What becomes of a set of frames by cells under a rule.
struct CellsOutcome {
  std::vector<FrameScore> frames;          ///< in their order
  std::vector<std::size_t> cells_of_exit;  ///< [exits]: answered there
  std::vector<float> sureness;        ///< [frames, cells]: logit of present less that of absent, at that exit
  std::vector<std::uint8_t> present;  ///< [frames, cells]: 1 where somebody is
  std::vector<double> bytes;          ///< [frames], of what crosses the cut; empty without one
  double flops_a_frame = 0;           ///< on all tiers together
  double encode_s = 0, decode_s = 0;  ///< on the machine that profiled

  FrameTally tally() const;
  std::vector<double> errors() const;  ///< [frames], in people
  double bytes_a_frame() const;        ///< mean over all frames, also those of which nothing is sent
  double share_left() const;           ///< of cells, to the exits behind the cut
  double share_of(std::size_t exit) const;
};

/// The rule under which a mask was made.
ExitRule rule_of(const CellMask& mask);

/// @param cut  null: nothing is coded, and all exits but the final one count as the device's
/// @throws UserError when the profile lacks the set, the split, or the rule's mask (coded_under)
CellsOutcome apply_rule_to_cells(const ExitProfile& profile, const std::string& set, const NetworkCut* cut,
                                 const ExitRule& rule);

}  // namespace offramp
