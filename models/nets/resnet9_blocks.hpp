#pragma once

#include <cstdint>
#include <vector>

#include "models/nets/network_plan.hpp"

namespace offramp {

/// The trunk of ResNet-9: stem, conv1, residual1, conv2, conv3, residual2. From 32x32 pictures, behind conv2
/// the feature is of 4 x width channels of 8x8.
/// @param width  of the stem; 64 as published
std::vector<Block> resnet9_blocks(std::int64_t width);

/// The trunk of a ResNet-9 whose arithmetic lies in its later blocks: stem, conv1, residual1, conv2,
/// residual2, conv3, residual3. From 32x32 pictures, behind conv2 the feature is of 4 x width channels of
/// 7x7.
/// @param width  channels behind conv1; even
std::vector<Block> resnet9_late_blocks(std::int64_t width);

/// What reads their last feature: the largest of each channel, a linear layer, and Page's scale.
Layers resnet9_classifier(std::int64_t classes);

}  // namespace offramp
