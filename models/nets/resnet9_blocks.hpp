#pragma once

#include <cstdint>
#include <vector>

#include "models/nets/network_plan.hpp"

namespace offramp {

/// The trunk of ResNet-9: stem, conv1, residual1, conv2, conv3, residual2. From 32x32 pictures, behind conv2
/// the feature is of 4 x width channels of 8x8.
/// @param width  of the stem; 64 as published
std::vector<Block> resnet9_blocks(std::int64_t width);

/// What reads its last feature: the largest of each channel, a linear layer, and Page's scale.
Layers resnet9_classifier(std::int64_t classes);

}  // namespace offramp
