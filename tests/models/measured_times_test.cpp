#include "models/profiling/measured_times.hpp"

#include "models/nets/registry.hpp"
#include "models/profiling/frozen_piece.hpp"
#include "models/profiling/inference.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

namespace {

/// A convolution with batch norm whose statistics are not those of a fresh one, and a ReLU.
struct Normed {
  torch::nn::Conv2d convolution{torch::nn::Conv2dOptions(3, 8, 3).padding(1)};
  torch::nn::BatchNorm2d norm{8};

  Normed() {
    const torch::NoGradGuard no_grad;
    norm->running_mean.copy_(torch::rand({8}));
    norm->running_var.copy_(torch::rand({8}) + 0.5);
    norm->eval();
    for (torch::nn::Module* module : std::vector<torch::nn::Module*>{convolution.get(), norm.get()})
      for (torch::Tensor& parameter : module->parameters()) parameter.set_requires_grad(false);
  }
  torch::Tensor run(const torch::Tensor& x) { return torch::relu(norm(convolution(x))); }
};

}  // namespace

TEST_CASE("a frozen piece computes what it was recorded from, on other inputs too") {
  torch::manual_seed(1);
  Normed net;
  const torch::NoGradGuard no_grad;
  for (const FrozenPiece::Kernels kernels : available_kernels()) {
    const FrozenPiece frozen([&](const torch::Tensor& x) { return std::vector<torch::Tensor>{net.run(x)}; },
                             torch::zeros({1, 3, 16, 16}), kernels);
    const torch::Tensor x = torch::rand({1, 3, 16, 16});
    REQUIRE(torch::allclose(frozen.run(x).front(), net.run(x), 1e-4, 1e-5));
  }
}

TEST_CASE("times are taken of images that leave where the rule lets them") {
  torch::manual_seed(1);
  const Dataset data = synthetic_data();
  const auto network = make_network(synthetic_model("/nowhere"));
  const auto share_early = [&](const ExitRule& rule) {
    const MeasuredTimes times = measure_times(*network, *network, data.test, rule, {}, 20);
    REQUIRE(times.images == 20);
    REQUIRE(times.plain_s > 0);
    REQUIRE(times.early_exit_s > 0);
    REQUIRE(times.gain_lowest <= times.gain);
    REQUIRE(times.gain <= times.gain_highest);
    return times.exit_shares.at(0);
  };
  REQUIRE(share_early({"entropy", {10}, 0, 0}) == 1);
  REQUIRE(share_early({"entropy", {0}, 0, 0}) == 0);
  REQUIRE(share_early({"fixed", {}, 0, 0}) == 1);
  REQUIRE(share_early({"always", {}, 0, 0}) == 0);
}
