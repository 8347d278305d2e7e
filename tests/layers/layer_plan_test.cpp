#include "sim/core/error.hpp"
#include "sim/layers/layer_counter.hpp"
#include "sim/layers/registry.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

LayerCost total_of(const std::string& network) {
  const auto plan = find_layer_plan(network);
  REQUIRE(plan);
  return plan->total();
}

}  // namespace

TEST_CASE("layers are counted as the profiler counts them from a network that runs") {
  // The branch of B-LeNet, derived by hand in models/cost_counter_test.cpp from the running network:
  // conv 10x15x15 x (2 x 45 + 1); pool 10x8x8 x 4; ReLU 640; linear 10 x (2 x 640 + 1).
  LayerCounter net("branch", {5, 15, 15}, 10);
  net.segment("branch").convolution({.channels = 10, .kernel = 3, .bias = true});
  net.max_pool(2, 2, 0, /*ceil_mode=*/true).activation().linear(10);
  const ComputeCost cost = net.finish().total().cost;
  CHECK(cost.calls == 4);
  CHECK(cost.flops == 2250 * 91 + 640 * 4 + 640 + 10 * 1281);
  CHECK(cost.weight_bytes == 4 * (10 * 45 + 10 + 640 * 10 + 10));
  // Read and written: conv 1125 + 2250; pool 2250 + 640; ReLU 640 + 640; linear 640 + 10.
  CHECK(cost.activation_bytes == 4 * (1125 + 2250 + 2250 + 640 + 640 + 640 + 640 + 10));
}

TEST_CASE("parameters and multiply-adds are the published ones") {
  struct Published {
    std::string network;
    double parameters, macs, tolerance;
  };
  // He et al. (2016), Table 6: 0.27 M to 1.7 M parameters; 40.8 M multiply-adds for ResNet-20 and 253 M for
  // ResNet-110. torchvision's tables: 11.69, 21.80, 25.56 M and 1.81, 3.66, 4.09 G; 3.50 M and 0.30 G; 5.29 M
  // and 0.39 G. Each agrees to the digits that are printed.
  const auto published = GENERATE(values<Published>({{"resnet20", 0.27e6, 40.8e6, 0.01},
                                                     {"resnet32", 0.46e6, 69.1e6, 0.02},
                                                     {"resnet44", 0.66e6, 97.4e6, 0.01},
                                                     {"resnet56", 0.85e6, 125.7e6, 0.01},
                                                     {"resnet110", 1.73e6, 253e6, 0.01},
                                                     {"resnet18", 11.69e6, 1.81e9, 0.005},
                                                     {"resnet34", 21.80e6, 3.66e9, 0.005},
                                                     {"resnet50", 25.56e6, 4.09e9, 0.005},
                                                     {"mobilenet_v2", 3.50e6, 0.30e9, 0.005},
                                                     {"efficientnet_b0", 5.29e6, 0.39e9, 0.015}}));
  INFO(published.network);
  const LayerCost total = total_of(published.network);
  CHECK(total.parameters == Approx(published.parameters).epsilon(published.tolerance));
  CHECK(total.macs == Approx(published.macs).epsilon(published.tolerance));
}

TEST_CASE("parameters are exact where the exact number is known") {
  CHECK(total_of("resnet20").parameters == 269'722);
  CHECK(total_of("resnet110").parameters == 1'727'962);
  CHECK(total_of("resnet18").parameters == 11'689'512);
  CHECK(total_of("resnet50").parameters == 25'557'032);
  CHECK(total_of("mobilenet_v2").parameters == 3'504'872);
  CHECK(total_of("efficientnet_b0").parameters == 5'288'548);
}

TEST_CASE("operators are those that LibTorch starts") {
  // ResNet-20: 3 for the first convolution, 7 a block, 1 more for each of 2 padded shortcuts, pool and
  // classifier.
  CHECK(total_of("resnet20").cost.calls == 3 + 9 * 7 + 2 + 2);
  // MobileNetV2: 52 convolutions with batch norm, 35 ReLU6, 10 sums, pool and classifier.
  CHECK(total_of("mobilenet_v2").cost.calls == 2 * 52 + 35 + 10 + 2);
  CHECK(total_of("resnet20").depthwise_macs == 0);
  CHECK(total_of("mobilenet_v2").depthwise_macs > 0);
}

TEST_CASE("a block's bytes are those of its operators") {
  // 16 channels at 32x32 are a = 65,536 bytes. conv 2a, bn 2a, relu 2a, conv 2a, bn 2a, sum 3a, relu 2a: 15a;
  // weights 2 x (9 x 16 x 16 + 4 x 16) x 4.
  const auto plan = find_layer_plan("resnet20");
  const ComputeCost& block = plan->segments[1].layers.cost;
  CHECK(block.activation_bytes == 15 * 65536);
  CHECK(block.weight_bytes == 2 * (9 * 16 * 16 + 4 * 16) * 4);
  CHECK(block.calls == 7);
}

TEST_CASE("input and classes can be others, unless the input is too small") {
  const auto plan = find_layer_plan("mobilenet_v2", FeatureShape{3, 96, 96}, 10);
  CHECK(plan->input.height == 96);
  // 1000 - 10 classes of 1280 inputs and a bias each are gone.
  CHECK(plan->total().parameters == 3'504'872 - 990 * 1281);
  CHECK_THROWS_AS(find_layer_plan("resnet50", FeatureShape{3, 16, 16}), UserError);
  CHECK(!find_layer_plan("alexnet"));
  CHECK(list_layer_plans().size() == 10);
}
