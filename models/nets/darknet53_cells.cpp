#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/nets/darknet53_blocks.hpp"
#include "models/nets/mobilenet_blocks.hpp"
#include "models/nets/plans.hpp"
#include "models/nets/resnet9_blocks.hpp"

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

std::vector<Block> from_block(std::vector<Block> blocks, const std::string& name) {
  blocks.erase(blocks.begin(),
               std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.name == name; }));
  return blocks;
}

/// What the cloud runs of a network: from a feature with one place for 8x8 pixels to one for 16x16.
struct CloudTrunk {
  Layers expander;  ///< makes of what crossed what the blocks are used to
  std::vector<Block> blocks;
};

CloudTrunk cloud_trunk(const std::string& network, std::int64_t width) {
  if (network == "resnet9")
    return {conv_bn_relu(4 * width, 3), prefixed("cloud_", from_block(resnet9_blocks(width), "conv3"))};
  if (network == "mobilenet") {
    std::vector<Block> blocks = from_block(mobilenet_blocks(width), "block6");
    blocks.pop_back();  // top, which leaves no places
    return {conv_bn_relu(2 * width, 3), prefixed("cloud_", blocks)};
  }
  // The picture is halved once instead of twice, so that the map is as fine as the edge's.
  const DarknetSizes sizes{.width = width, .strides = {2, 2, 2, 2, 1}};
  return {conv_bn_leaky(8 * width, 3), from_block(darknet53_blocks(sizes), "conv9")};
}

}  // namespace

// Hu et al.'s people counter: B-Darknet53 whose exits behind conv2, conv5 and conv8 and at the end each
// answer for a grid of cells, from a map of people with one place for 8x8 pixels. What travels behind conv8
// goes through a converter of few channels (Kermani et al.), which exit 2 reads as well. The cloud may run
// another network, and its stages may have a width of their own.
NetworkPlan darknet53_cells_plan(NetworkOptions& options, std::int64_t) {
  const std::int64_t width = options.number("width", 32, 2, 1024);
  const std::string network = options.word("cloud", {"darknet53", "resnet9", "mobilenet"});
  const std::int64_t cloud_width = options.number("cloud_width", width, network == "mobilenet" ? 8 : 2, 1024);
  const std::int64_t channels = options.number("converter_channels", 8 * width, 1, 1024);
  const CloudTrunk cloud = cloud_trunk(network, cloud_width);
  NetworkPlan plan;
  plan.trunk = darknet53_blocks({.width = width});
  const auto behind_conv8 = std::find_if(plan.trunk.begin(), plan.trunk.end(),
                                         [](const Block& block) { return block.name == "conv9"; });
  plan.trunk.erase(behind_conv8, plan.trunk.end());
  plan.trunk.push_back({"converter", conv_bn_relu(channels, 1)});
  plan.trunk.push_back({"expander", cloud.expander});
  plan.trunk.insert(plan.trunk.end(), cloud.blocks.begin(), cloud.blocks.end());
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
