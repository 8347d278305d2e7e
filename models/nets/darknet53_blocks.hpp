#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/nets/network_plan.hpp"

namespace offramp {

inline constexpr std::size_t kDarknetStages = 5;

/// Darknet-53's sizes, as published unless another is given.
struct DarknetSizes {
  std::int64_t width =
      32;  ///< channels of the first convolution; each stage has twice those of the one before
  std::array<std::int64_t, kDarknetStages> residuals = {1, 2, 8, 8, 4};
  std::array<std::int64_t, kDarknetStages> strides = {2, 2, 2, 2, 2};
};

/// The trunk of Darknet-53 (Redmon and Farhadi, YOLOv3, 2018, Table 1). A block is called after the last of
/// its 3x3 convolutions, which are counted from 1: conv2 is the first with stride 2, conv5 ends the first
/// residual block of the second stage, conv8 that of the third.
std::vector<Block> darknet53_blocks(const DarknetSizes& sizes);

/// Convolution, batch norm and a ReLU that lets a tenth of what is negative pass.
Layers conv_bn_leaky(std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1);

}  // namespace offramp
