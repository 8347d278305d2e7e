#include "models/profiling/cost_counter.hpp"

#include "models/nets/registry.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("the counted costs of B-LeNet are those derived by hand") {
  const auto network = make_network(synthetic_model("/nowhere"));
  const std::vector<ExitCost> costs = count_exit_costs(*network, {1, 28, 28});
  REQUIRE(costs.size() == 2);

  // A convolution: outputs x (2 x input channels x kernel area + 1 for the bias); pooling: outputs x 4.
  // Segment 0: normalise 784 x 2; conv 5x30x30 x (2 x 25 + 1); pool 5x15x15 x 4; ReLU 5x15x15.
  REQUIRE(costs[0].backbone.flops == 1568 + 4500 * 51 + 1125 * 4 + 1125);
  REQUIRE(costs[0].backbone.calls == 4);
  // Offset and scale 2; conv 5 x 25 + 5.
  REQUIRE(costs[0].backbone.weight_bytes == 4 * (2 + 130));
  // Read and written: normalise 784 + 784; conv 784 + 4500; pool 4500 + 1125; ReLU 1125 + 1125.
  REQUIRE(costs[0].backbone.activation_bytes == 4 * (2 * 784 + 784 + 4500 + 4500 + 1125 + 1125 + 1125));

  // Held at one time, each feature until the next is made: the picture, the convolution's output and what is
  // pooled from it.
  REQUIRE(costs[0].backbone.peak_activation_bytes == 4 * (784 + 4500 + 1125));
  // The feature, what the branch's convolution makes of it, and what is pooled from that.
  REQUIRE(costs[0].head.peak_activation_bytes == 4 * (1125 + 2250 + 640));

  // Branch: conv 10x15x15 x (2 x 45 + 1); pool 10x8x8 x 4; ReLU 640; linear 10 x (2 x 640 + 1). flatten is
  // a view and costs nothing.
  REQUIRE(costs[0].head.flops == 2250 * 91 + 640 * 4 + 640 + 10 * 1281);
  REQUIRE(costs[0].head.calls == 4);
  REQUIRE(costs[0].head.weight_bytes == 4 * (10 * 45 + 10 + 640 * 10 + 10));

  // Segment 1: conv 10x17x17 x (2 x 125 + 1), pool 10x9x9, conv 20x11x11 x (2 x 250 + 1), pool 20x6x6.
  REQUIRE(costs[1].backbone.flops == 2890 * 251 + 810 * 4 + 810 + 2420 * 501 + 720 * 4 + 720);
  REQUIRE(costs[1].backbone.calls == 6);

  // Classifier: 84 x (2 x 720 + 1) and 10 x (2 x 84 + 1).
  REQUIRE(costs[1].head.flops == 84 * 1441 + 10 * 169);
  REQUIRE(costs[1].head.calls == 2);
}

TEST_CASE("views cost nothing and work in place does") {
  const torch::NoGradGuard no_grad;
  const torch::Tensor x = torch::ones({2, 6});
  const ComputeCost views = count_cost({}, [&] { x.view({3, 4}).slice(0, 0, 2).flatten(); });
  REQUIRE(views.calls == 0);
  const ComputeCost in_place = count_cost({}, [&] { x.relu_(); });
  REQUIRE(in_place.calls == 1);
  REQUIRE(in_place.flops == 12);
}

TEST_CASE("a feature that is let go is not held any more") {
  const torch::NoGradGuard no_grad;
  const ComputeCost cost = count_cost({}, [&] {
    torch::Tensor x = torch::ones({100});
    x = x + 1;                                   // 100 + 100
    x = x * 2;                                   // the first is gone
    const torch::Tensor y = torch::cat({x, x});  // 100 + 200
  });
  REQUIRE(cost.peak_activation_bytes == 4 * 300);
}
