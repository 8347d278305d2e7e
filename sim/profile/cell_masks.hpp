#pragma once

#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Of a profile by cells: what a codec made at a split when exits before it accept cells by a rule. The
/// thresholds of exits behind the split mask nothing, so that they may be others than the mask's. Where the
/// image travels, and for rules that accept nothing or all there (always, fixed, never, a patience that so
/// few exits cannot fulfil), it is the mask "always".
/// @param policy  the rule, with its thresholds, one an exit before the final one, or its patience
/// @throws UserError when the profile lacks it, with the masks that it has and how to add one
const CodecAnswers& coded_under(const ExitProfile& profile, const std::string& split,
                                const std::string& codec, const CellMask& policy);

}  // namespace offramp
