#include "models/nets/plans.hpp"

namespace offramp {
namespace {

/// Behind a convolution: ReLU, pooling by 3 with stride 2, normalisation.
Layers relu_pool_norm() { return {relu(), max_pool_ceil(3, 2), batch_norm()}; }

/// A branch as published: 3x3 convolutions of 32 channels, pooling, one linear layer.
Layers published_branch(int convolutions) {
  Layers body;
  for (int i = 0; i < convolutions; ++i) body = in_order(body, conv_bn_relu(32, 3));
  return in_order(body, max_pool_ceil(3, 2));
}

/// Its first convolution takes every other place, which leaves a quarter of the arithmetic; the second has
/// more channels instead.
Layers strided_branch() { return in_order(conv_bn_relu(32, 3, 2), conv_bn_relu(48, 3), max_pool_ceil(3, 2)); }

}  // namespace

// Teerapittayanon et al., BranchyNet (ICPR 2016), with the layer plan of the authors' program; blocks end
// behind their normalisation, so that the feature which travels is the smaller one. Published branches: two
// convolutions behind conv2, one behind conv3.
NetworkPlan alexnet_plan(NetworkOptions& options, std::int64_t classes) {
  NetworkPlan plan;
  plan.trunk = {
      {"conv1", in_order(normalize(), convolution(32, 5), relu_pool_norm())},
      {"conv2", in_order(convolution(64, 5), relu_pool_norm())},
      {"conv3", in_order(conv_bn_relu(96, 3))},
      {"conv4", in_order(conv_bn_relu(96, 3))},
      {"conv5", in_order(conv_bn_relu(64, 3), max_pool_ceil(3, 2))},
  };
  plan.classifier = {flatten(),   linear(256), relu(),       dropout(0.5),
                     linear(128), relu(),      dropout(0.5), linear(classes)};
  const bool strided = options.word("branches", {"published", "strided"}) == "strided";
  for (const std::string& after : options.exits_after({"conv2", "conv3"})) {
    const int convolutions = after == "conv1" || after == "conv2" ? 2 : 1;
    plan.early_exits.push_back({after,
                                strided ? strided_branch() : published_branch(convolutions),
                                {flatten(), linear(classes)},
                                {}});
  }
  return plan;
}

}  // namespace offramp
