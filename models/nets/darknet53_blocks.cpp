#include "models/nets/darknet53_blocks.hpp"

#include <string>
#include <utility>

namespace offramp {

Layers conv_bn_leaky(std::int64_t channels, std::int64_t kernel, std::int64_t stride) {
  return in_order(conv_bn(channels, kernel, stride), leaky_relu(0.1));
}

std::vector<Block> darknet53_blocks(const DarknetSizes& sizes) {
  std::vector<Block> blocks;
  const auto add = [&](Layers layers) {
    blocks.push_back({"conv" + std::to_string(blocks.size() + 1), std::move(layers)});
  };
  add(in_order(normalize(), conv_bn_leaky(sizes.width, 3)));
  std::int64_t channels = sizes.width;
  for (std::size_t stage = 0; stage < kDarknetStages; ++stage) {
    channels *= 2;
    add(conv_bn_leaky(channels, 3, sizes.strides[stage]));
    for (std::int64_t i = 0; i < sizes.residuals[stage]; ++i)
      add({residual(in_order(conv_bn_leaky(channels / 2, 1), conv_bn_leaky(channels, 3)))});
  }
  return blocks;
}

}  // namespace offramp
