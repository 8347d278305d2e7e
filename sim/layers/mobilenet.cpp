#include <fmt/format.h>

#include "sim/layers/layer_counter.hpp"
#include "sim/layers/registry.hpp"

namespace offramp {
namespace {

struct Stage {
  std::int64_t expansion, channels, blocks, stride;
};

// Sandler et al., MobileNetV2 (CVPR 2018), Table 2.
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

void inverted_residual(LayerCounter& net, std::int64_t expansion, std::int64_t channels,
                       std::int64_t stride) {
  const std::int64_t in = net.shape().channels;
  const std::int64_t hidden = expansion * in;
  if (expansion != 1) net.convolution({.channels = hidden}).batch_norm().activation();
  net.convolution({.channels = hidden, .kernel = 3, .stride = stride, .groups = hidden}).batch_norm();
  net.activation().convolution({.channels = channels}).batch_norm();
  if (stride == 1 && in == channels) net.add_feature();
}

}  // namespace

LayerPlan mobilenet_v2(const FeatureShape& input, std::size_t classes) {
  LayerCounter net("mobilenet_v2", input, classes);
  net.segment("first convolution").convolution({.channels = 32, .kernel = 3, .stride = 2});
  net.batch_norm().activation();
  int block = 0;
  for (const Stage& stage : kStages)
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      net.segment(fmt::format("block {}, {} channels", block++, stage.channels));
      inverted_residual(net, stage.expansion, stage.channels, i == 0 ? stage.stride : 1);
    }
  net.segment("classifier").convolution({.channels = 1280}).batch_norm().activation();
  net.global_average_pool().linear(static_cast<std::int64_t>(classes));
  return net.finish();
}

}  // namespace offramp
