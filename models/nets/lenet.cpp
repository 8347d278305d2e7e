#include "models/nets/plans.hpp"

namespace offramp {
namespace {

// A last row or column that no pair completes is pooled alone, as in Chainer.
Layers pool_and_relu() { return {max_pool_ceil(2, 2), relu()}; }

}  // namespace

// BranchyNet's LeNet (Teerapittayanon et al., ICPR 2016, with the layer plan of the authors' program): three
// 5x5 convolutions with padding 3 and two linear layers, one branch behind the first convolution. Branch and
// backbone both begin with the same pooling and ReLU, so here these are the end of the first segment: the
// same function, and a feature of a quarter of the size travels. Sides, from 28: conv 30, pool 15; branch 15,
// pool 8; trunk conv 17, pool 9, conv 11, pool 6.
NetworkPlan lenet_plan(NetworkOptions& options, std::int64_t classes) {
  NetworkPlan plan;
  plan.trunk = {
      {"first", in_order(normalize(), convolution(5, 5, 3).named("conv1"), pool_and_relu())},
      {"rest", in_order(convolution(10, 5, 3).named("conv2"), pool_and_relu(),
                        convolution(20, 5, 3).named("conv3"), pool_and_relu())},
  };
  plan.classifier = {flatten(), linear(84).named("fc1"), linear(classes).named("fc2")};
  for (const std::string& after : options.exits_after({"first"}))
    plan.early_exits.push_back({after,
                                in_order(convolution(10, 3).named("branch_conv"), pool_and_relu()),
                                {flatten(), linear(classes).named("branch_fc")},
                                {}});
  return plan;
}

}  // namespace offramp
