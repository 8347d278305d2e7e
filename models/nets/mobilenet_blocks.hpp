#pragma once

#include <cstdint>
#include <vector>

#include "models/nets/network_plan.hpp"

namespace offramp {

/// The trunk of MobileNet up to the numbers that its classifier reads: stem, block1, ..., block7, top.
/// @param width  of the stem, a multiple of 8; MobileNetV2's blocks have 1, 1.5, 2 and 4 times that
std::vector<Block> mobilenet_blocks(std::int64_t width);

}  // namespace offramp
