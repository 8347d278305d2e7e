#include "models/nets/plans.hpp"

namespace offramp {
namespace {

Layers conv_bn_leaky(std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1) {
  return in_order(conv_bn(channels, kernel, stride), leaky_relu(0.1));
}

}  // namespace

// Redmon and Farhadi, YOLOv3 (2018), Table 1: 53 convolutions of 32 to 1024 channels; `width` is 32 there. A
// block is called after the last of its 3x3 convolutions, which are counted from 1: conv2 is the first with
// stride 2, conv5 ends the first residual block of the second stage, conv8 that of the third. Hu et al. put
// their exits behind conv2, conv5 and conv8; counted so, each of these ends a block, so that one feature
// travels.
NetworkPlan darknet53_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t width = options.number("width", 32, 2, 1024);
  constexpr int kResiduals[] = {1, 2, 8, 8, 4};
  NetworkPlan plan;
  int convolution = 1;
  const auto add = [&](Layers layers) {
    plan.trunk.push_back({"conv" + std::to_string(convolution++), std::move(layers)});
  };
  add(in_order(normalize(), conv_bn_leaky(width, 3)));
  std::int64_t channels = width;
  for (const int residuals : kResiduals) {
    channels *= 2;
    add(conv_bn_leaky(channels, 3, 2));
    for (int i = 0; i < residuals; ++i)
      add({residual(in_order(conv_bn_leaky(channels / 2, 1), conv_bn_leaky(channels, 3)))});
  }
  plan.classifier = {global_average_pool(), linear(classes)};
  for (const std::string& after : options.exits_after({"conv2", "conv5", "conv8"}))
    plan.early_exits.push_back(
        {after, in_order(conv_bn_leaky(4 * width, 3, 2), global_average_pool()), {linear(classes)}, {}});
  return plan;
}

}  // namespace offramp
