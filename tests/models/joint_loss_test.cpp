#include "models/training/joint_loss.hpp"

#include <cmath>

#include "models/nets/b_lenet.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("the joint loss of undecided exits is the sum of weights times ln classes") {
  const torch::Tensor undecided = torch::zeros({3, 10});
  const torch::Tensor labels = torch::tensor({0, 4, 9}, torch::kInt64);
  // Cross entropy of ten equal probabilities: ln 10.
  REQUIRE(joint_loss({undecided, undecided}, labels, {1.0, 0.3}).item<double>() ==
          Approx(1.3 * std::log(10.0)));
}

TEST_CASE("the joint loss pulls each exit's logits by its weight") {
  torch::Tensor first = torch::tensor({{1.0F, 2.0F, 0.5F}, {0.0F, 0.0F, 0.0F}});
  torch::Tensor second = first.clone();
  first.requires_grad_();
  second.requires_grad_();
  const torch::Tensor labels = torch::tensor({1, 2}, torch::kInt64);
  joint_loss({first, second}, labels, {1.0, 0.25}).backward();
  // d/dlogits = weight x (softmax - one at the label) / images
  const torch::Tensor target = torch::one_hot(labels, 3).to(torch::kFloat32);
  const torch::Tensor expected = (torch::softmax(first.detach(), 1) - target) / 2;
  REQUIRE(torch::allclose(first.grad(), expected, 1e-5, 1e-7));
  REQUIRE(torch::allclose(second.grad(), 0.25 * expected, 1e-5, 1e-7));
}

TEST_CASE("an exit of weight 0 teaches its branch nothing and the shared segment still learns") {
  torch::manual_seed(1);
  BLeNet network(1, 10);
  const torch::Tensor pixels = torch::rand({4, 1, 28, 28}) * 255;
  const torch::Tensor labels = torch::tensor({1, 2, 3, 4}, torch::kInt64);
  joint_loss(network->all_exits(pixels), labels, {0.0, 1.0}).backward();
  for (const auto& parameter : network->named_parameters()) {
    const bool branch = parameter.key().rfind("branch", 0) == 0;
    const double slope = parameter.value().grad().abs().sum().item<double>();
    INFO(parameter.key());
    REQUIRE((slope == 0) == branch);
  }
}

TEST_CASE("a loss needs one weight for each exit") {
  const torch::Tensor logits = torch::zeros({1, 10});
  REQUIRE_THROWS_AS(joint_loss({logits}, torch::zeros({1}, torch::kInt64), {1.0, 1.0}),
                    std::invalid_argument);
}
