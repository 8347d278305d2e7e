#include "models/nets/plans.hpp"
#include "models/nets/resnet9_blocks.hpp"

namespace offramp {
namespace {

/// A convolution that starts by passing its input on, pooled before it is normalised.
Layers narrowing(std::int64_t channels, std::int64_t padding = 1) {
  Layer layer = identity_convolution(channels, 3);
  layer.padding = padding;
  return {layer, max_pool(2, 2), batch_norm(), relu()};
}

}  // namespace

// Channels, pooling and first weights of Jordan, 94% on CIFAR-10 in 3.29 Seconds (2024), with Page's stem,
// residual blocks and classifier. Most of the arithmetic lies behind the second pooling.
std::vector<Block> resnet9_late_blocks(std::int64_t width) {
  const auto once = [](std::int64_t channels) { return residual(conv_bn_relu(channels, 3)); };
  const auto twice = [](std::int64_t channels) {
    return residual(in_order(conv_bn_relu(channels, 3), conv_bn_relu(channels, 3)));
  };
  return {
      {"stem", in_order(normalize(), whitening(), conv_bn_relu(width / 2, 1))},
      {"conv1", narrowing(width, /*padding=*/0)},
      {"residual1", {once(width)}},
      {"conv2", narrowing(4 * width)},
      {"residual2", {once(4 * width)}},
      {"conv3", narrowing(4 * width)},
      {"residual3", {twice(4 * width)}},
  };
}

NetworkPlan resnet9_late_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t width = options.number("width", 64, 4, 1024);
  NetworkPlan plan;
  plan.trunk = resnet9_late_blocks(width);
  plan.classifier = resnet9_classifier(classes);
  for (const std::string& after : options.exits_after({"residual1", "conv2"})) {
    const bool early = after == "stem" || after == "conv1" || after == "residual1";
    plan.early_exits.push_back({after,
                                early ? in_order(conv_bn_relu(2 * width, 3, 2), conv_bn_relu(4 * width, 3, 2))
                                      : conv_bn_relu(4 * width, 3, 2),
                                resnet9_classifier(classes),
                                {}});
  }
  return plan;
}

}  // namespace offramp
