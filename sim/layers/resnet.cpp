#include <fmt/format.h>

#include <array>
#include <vector>

#include "sim/layers/layer_counter.hpp"
#include "sim/layers/registry.hpp"

namespace offramp {
namespace {

using Convolution = LayerCounter::Convolution;

/// conv3x3, bn, relu, conv3x3, bn, + shortcut, relu.
/// @param projected  the shortcut that changes shape is a 1x1 convolution with batch norm (B); else zeros (A)
void basic_block(LayerCounter& net, std::int64_t channels, std::int64_t stride, bool projected) {
  const FeatureShape in = net.shape();
  net.convolution({.channels = channels, .kernel = 3, .stride = stride}).batch_norm().activation();
  net.convolution({.channels = channels, .kernel = 3}).batch_norm();
  if (stride != 1 || in.channels != channels) {
    if (projected)
      net.continue_from(in).convolution({.channels = channels, .stride = stride}).batch_norm();
    else
      net.padded_shortcut(in);
  }
  net.add_feature().activation();
}

/// conv1x1, conv3x3, conv1x1 to four times the width.
void bottleneck_block(LayerCounter& net, std::int64_t width, std::int64_t stride) {
  const FeatureShape in = net.shape();
  net.convolution({.channels = width}).batch_norm().activation();
  net.convolution({.channels = width, .kernel = 3, .stride = stride}).batch_norm().activation();
  net.convolution({.channels = 4 * width}).batch_norm();
  if (stride != 1 || in.channels != 4 * width)
    net.continue_from(in).convolution({.channels = 4 * width, .stride = stride}).batch_norm();
  net.add_feature().activation();
}

}  // namespace

LayerPlan resnet_cifar(std::size_t depth, const FeatureShape& input, std::size_t classes) {
  const std::size_t blocks = (depth - 2) / 6;
  LayerCounter net(fmt::format("resnet{}", depth), input, classes);
  net.segment("first convolution").convolution({.channels = 16, .kernel = 3}).batch_norm().activation();
  for (const std::int64_t channels : {16, 32, 64})
    for (std::size_t block = 0; block < blocks; ++block) {
      net.segment(fmt::format("{} channels, block {}", channels, block));
      basic_block(net, channels, channels > 16 && block == 0 ? 2 : 1, false);
    }
  net.global_average_pool().linear(static_cast<std::int64_t>(classes));
  return net.finish();
}

LayerPlan resnet_imagenet(std::size_t depth, const FeatureShape& input, std::size_t classes) {
  const bool bottleneck = depth >= 50;
  const std::array<int, 4> blocks = depth == 18 ? std::array{2, 2, 2, 2} : std::array{3, 4, 6, 3};
  LayerCounter net(fmt::format("resnet{}", depth), input, classes);
  net.segment("first convolution").convolution({.channels = 64, .kernel = 7, .stride = 2});
  net.batch_norm().activation().max_pool(3, 2, 1);
  std::int64_t width = 64;
  for (std::size_t stage = 0; stage < blocks.size(); ++stage, width *= 2)
    for (int block = 0; block < blocks[stage]; ++block) {
      const std::int64_t stride = stage > 0 && block == 0 ? 2 : 1;
      net.segment(fmt::format("stage {}, block {}", stage, block));
      if (bottleneck)
        bottleneck_block(net, width, stride);
      else
        basic_block(net, width, stride, true);
    }
  net.global_average_pool().linear(static_cast<std::int64_t>(classes));
  return net.finish();
}

}  // namespace offramp
