#include "models/nets/mobilenet_blocks.hpp"
#include "models/nets/plans.hpp"

namespace offramp {
namespace {

struct Stage {
  std::int64_t expansion, channels, stride;
};

// MobileNetV2's blocks (Sandler et al., CVPR 2018) at the strides that 32x32 pictures need, fewer of them.
constexpr Stage kStages[] = {{2, 16, 1}, {4, 24, 2}, {4, 24, 1}, {4, 32, 2},
                             {4, 32, 1}, {4, 64, 2}, {4, 64, 1}};

/// With ReLU where the paper has ReLU6, which LibTorch 1.13 cannot train in bf16.
Layers inverted_residual(const Stage& stage, std::int64_t in) {
  const Layers body = in_order(conv_bn_relu(stage.expansion * in, 1), depthwise_bn_relu(stage.stride),
                               conv_bn(stage.channels, 1));
  if (stage.stride == 1 && in == stage.channels) return {residual(body)};
  return body;
}

}  // namespace

std::vector<Block> mobilenet_blocks(std::int64_t width) {
  std::vector<Block> blocks{{"stem", in_order(normalize(), conv_bn_relu(width, 3))}};
  std::int64_t in = width;
  for (Stage stage : kStages) {
    stage.channels = stage.channels * width / 16;
    blocks.push_back({"block" + std::to_string(blocks.size()), inverted_residual(stage, in)});
    in = stage.channels;
  }
  blocks.push_back({"top", in_order(conv_bn_relu(8 * width, 1), global_average_pool())});
  return blocks;
}

NetworkPlan mobilenet_plan(NetworkOptions& options, std::int64_t classes) {
  NetworkPlan plan;
  plan.trunk = mobilenet_blocks(options.number("width", 16, 8, 512));
  plan.classifier = {linear(classes)};
  for (const std::string& after : options.exits_after({"block1", "block3", "block5"}))
    plan.early_exits.push_back({after,
                                in_order(depthwise_bn_relu(2), conv_bn_relu(64, 1), global_average_pool()),
                                {linear(classes)},
                                {}});
  return plan;
}

}  // namespace offramp
