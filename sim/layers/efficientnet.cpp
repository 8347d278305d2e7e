#include <fmt/format.h>

#include <algorithm>

#include "sim/layers/layer_counter.hpp"
#include "sim/layers/registry.hpp"

namespace offramp {
namespace {

struct Stage {
  std::int64_t expansion, kernel, channels, blocks, stride;
};

// Tan and Le, EfficientNet (ICML 2019), Table 1.
constexpr Stage kStages[] = {{1, 3, 16, 1, 1},  {6, 3, 24, 2, 2},  {6, 5, 40, 2, 2}, {6, 3, 80, 3, 2},
                             {6, 5, 112, 3, 1}, {6, 5, 192, 4, 2}, {6, 3, 320, 1, 1}};

/// Squeeze and excitation: mean, down, SiLU, up, sigmoid, and a product a channel.
void squeeze_and_excite(LayerCounter& net, std::int64_t squeezed) {
  const FeatureShape feature = net.shape();
  net.global_average_pool().convolution({.channels = squeezed, .bias = true}).activation();
  net.convolution({.channels = feature.channels, .bias = true}).activation();
  net.continue_from(feature).scale_channels();
}

void mobile_block(LayerCounter& net, const Stage& stage, std::int64_t stride) {
  const std::int64_t in = net.shape().channels;
  const std::int64_t hidden = stage.expansion * in;
  if (stage.expansion != 1) net.convolution({.channels = hidden}).batch_norm().activation();
  net.convolution({.channels = hidden, .kernel = stage.kernel, .stride = stride, .groups = hidden});
  net.batch_norm().activation();
  squeeze_and_excite(net, std::max<std::int64_t>(1, in / 4));
  net.convolution({.channels = stage.channels}).batch_norm();
  if (stride == 1 && in == stage.channels) net.add_feature();
}

}  // namespace

LayerPlan efficientnet_b0(const FeatureShape& input, std::size_t classes) {
  LayerCounter net("efficientnet_b0", input, classes);
  net.segment("first convolution").convolution({.channels = 32, .kernel = 3, .stride = 2});
  net.batch_norm().activation();
  int block = 0;
  for (const Stage& stage : kStages)
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      net.segment(fmt::format("block {}, {} channels", block++, stage.channels));
      mobile_block(net, stage, i == 0 ? stage.stride : 1);
    }
  net.segment("classifier").convolution({.channels = 1280}).batch_norm().activation();
  net.global_average_pool().linear(static_cast<std::int64_t>(classes));
  return net.finish();
}

}  // namespace offramp
