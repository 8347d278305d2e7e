#pragma once

#include <string>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What `--mask` says: RULE:THRESHOLDS ("entropy:0,0.6,0.6"), "patience:1", or "always".
/// @throws UserError with what may be written
CellMask parse_mask(const std::string& text);

}  // namespace offramp
