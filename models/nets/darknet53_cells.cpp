#include <algorithm>
#include <string>

#include "models/nets/darknet53_blocks.hpp"
#include "models/nets/plans.hpp"

namespace offramp {
namespace {

/// Behind these blocks the strides so far are 2, 4 and 8: a map of people has one place for 8x8 pixels.
constexpr std::int64_t kPlace = 8;

/// Down to the map's places, once more at their size, and the map: people there or not, and how many.
Layers head_body(std::int64_t stride_so_far, std::int64_t width) {
  Layers body;
  for (std::int64_t stride = stride_so_far; stride < kPlace; stride *= 2)
    body = in_order(body, conv_bn_leaky(2 * stride * width, 3, 2));
  return in_order(body, conv_bn_leaky(kPlace * width, 3), conv_bn_leaky(kPlace * width, 3));
}

}  // namespace

// Hu et al.'s people counter: B-Darknet53 whose exits behind conv2, conv5 and conv8 and at the end each
// answer for a grid of cells, from a map of people with one place for 8x8 pixels. What travels behind conv8
// goes through a converter of few channels (Kermani et al.), which exit 2 reads as well. The cloud's stages
// may have a width of their own, and halve the picture once instead of twice, so that its map is as fine as
// the edge's.
NetworkPlan darknet53_cells_plan(NetworkOptions& options, std::int64_t) {
  const std::int64_t width = options.number("width", 32, 2, 1024);
  const std::int64_t cloud_width = options.number("cloud_width", width, 2, 1024);
  const std::int64_t channels = options.number("converter_channels", 8 * width, 1, 1024);
  DarknetSizes edge{.width = width};
  DarknetSizes cloud{.width = cloud_width, .strides = {2, 2, 2, 2, 1}};
  const std::vector<Block> edge_blocks = darknet53_blocks(edge);
  const std::vector<Block> cloud_blocks = darknet53_blocks(cloud);
  const auto named = [](const std::vector<Block>& blocks, const std::string& name) {
    return std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.name == name; });
  };
  NetworkPlan plan;
  plan.trunk.assign(edge_blocks.begin(), named(edge_blocks, "conv8") + 1);
  plan.trunk.push_back({"converter", conv_bn_relu(channels, 1)});
  plan.trunk.push_back({"expander", conv_bn_leaky(8 * cloud_width, 3)});
  plan.trunk.insert(plan.trunk.end(), named(cloud_blocks, "conv9"), cloud_blocks.end());
  plan.cells = options.cells();
  plan.mask_margin = options.number("margin", 1, 0, 64);
  // The last stage's places are 16x16 pixels: its map is spread to those of 8x8.
  plan.classifier = in_order(conv_bn_leaky(8 * cloud_width, 3), convolution(8, 1), spread(2));
  std::int64_t stride = 2;
  for (const char* after : {"conv2", "conv5", "converter"}) {
    plan.early_exits.push_back({after, head_body(stride, width), {convolution(2, 1)}, {}});
    stride *= 2;
  }
  return plan;
}

}  // namespace offramp
