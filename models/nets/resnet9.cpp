#include "models/nets/resnet9_blocks.hpp"

#include "models/nets/plans.hpp"

namespace offramp {
namespace {

constexpr double kLogitScale = 0.125;  // Page's

}  // namespace

// Page, How to train your ResNet (2018), the network that won DAWNBench; `width` is 64 there. Channels and
// area change by factors of 2 and 4, so the blocks cost about the same. The stem is that of part 8 (2019).
std::vector<Block> resnet9_blocks(std::int64_t width) {
  const auto pair = [](std::int64_t channels) {
    return residual(in_order(conv_bn_relu(channels, 3), conv_bn_relu(channels, 3)));
  };
  return {
      {"stem", in_order(normalize(), whitening(), conv_bn_relu(width, 1))},
      {"conv1", in_order(conv_bn_relu(2 * width, 3), max_pool(2, 2))},
      {"residual1", {pair(2 * width)}},
      {"conv2", in_order(conv_bn_relu(4 * width, 3), max_pool(2, 2))},
      {"conv3", in_order(conv_bn_relu(8 * width, 3), max_pool(2, 2))},
      {"residual2", {pair(8 * width)}},
  };
}

Layers resnet9_classifier(std::int64_t classes) {
  return {global_max_pool(), linear(classes), scale(kLogitScale)};
}

NetworkPlan resnet9_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t width = options.number("width", 64, 4, 1024);
  NetworkPlan plan;
  plan.trunk = resnet9_blocks(width);
  plan.classifier = resnet9_classifier(classes);
  for (const std::string& after : options.exits_after({"conv1", "residual1"}))
    plan.early_exits.push_back({after,
                                in_order(conv_bn_relu(4 * width, 3, 2), conv_bn_relu(4 * width, 3, 2)),
                                resnet9_classifier(classes),
                                {}});
  return plan;
}

}  // namespace offramp
