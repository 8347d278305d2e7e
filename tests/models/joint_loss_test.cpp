#include "models/training/joint_loss.hpp"

#include <cmath>

#include "models/nets/registry.hpp"
#include "tests/models/synthetic_data.hpp"
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
  const auto network = make_network(synthetic_model("/nowhere"));
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

TEST_CASE("label smoothing spreads its share of the target over all classes") {
  const torch::Tensor logits = torch::tensor({{2.0F, 0.0F}});
  const torch::Tensor labels = torch::tensor({0}, torch::kInt64);
  // -ln p = ln(1 + e^-2) for class 0 and 2 more for class 1; half of 0.2 goes to each.
  const double sure = std::log(1 + std::exp(-2.0));
  REQUIRE(joint_loss({logits}, labels, {1.0}, 0.2).item<double>() == Approx(0.9 * sure + 0.1 * (sure + 2)));
}

TEST_CASE("an early exit that says what the final one says has nothing to learn from it") {
  const torch::Tensor logits = torch::tensor({{2.0F, 0.0F, 1.0F}});
  REQUIRE(distillation_loss({logits, logits + 5}, 2.0).item<double>() == Approx(0).margin(1e-6));
}

TEST_CASE("distillation is T squared times the divergence, and teaches the early exits alone") {
  torch::Tensor early = torch::zeros({1, 2});
  torch::Tensor last = torch::tensor({{2.0F, 0.0F}});
  early.requires_grad_();
  last.requires_grad_();
  const torch::Tensor loss = distillation_loss({early, last}, 2.0);
  // At T = 2 the teacher says p = e / (1 + e), the student a half: sum of p ln(2 p), times 4.
  const double p = std::exp(1.0) / (1 + std::exp(1.0));
  REQUIRE(loss.item<double>() == Approx(4 * (p * std::log(2 * p) + (1 - p) * std::log(2 * (1 - p)))));
  loss.backward();
  REQUIRE(early.grad().abs().sum().item<double>() > 0);
  REQUIRE_FALSE(last.grad().defined());
}

TEST_CASE("what teachers teach is the divergence from their answer, by each exit's weight") {
  // At T = 2 the answer is p = e / (1 + e): the first exit says so, the second says a half.
  const double p = std::exp(1.0) / (1 + std::exp(1.0));
  const torch::Tensor answer = torch::tensor({{p, 1 - p}}, torch::kFloat32);
  const torch::Tensor agrees = torch::tensor({{7.0F, 5.0F}});
  const torch::Tensor undecided = torch::zeros({1, 2});
  REQUIRE(taught_loss({agrees}, answer, {1.0}, 2.0).item<double>() == Approx(0).margin(1e-6));
  REQUIRE(taught_loss({agrees, undecided}, answer, {1.0, 0.25}, 2.0).item<double>() ==
          Approx(0.25 * 4 * (p * std::log(2 * p) + (1 - p) * std::log(2 * (1 - p)))));
  REQUIRE_THROWS_AS(taught_loss({agrees}, answer, {1.0, 1.0}, 2.0), std::invalid_argument);
}

TEST_CASE("a router learns that an answer will do when it is right or the final exit is wrong too") {
  // Images: both right; early wrong, final right; both wrong. Will do: yes, no, yes.
  const torch::Tensor labels = torch::tensor({0, 0, 0}, torch::kInt64);
  const torch::Tensor early = torch::tensor({{1.0F, 0.0F}, {0.0F, 1.0F}, {0.0F, 1.0F}});
  const torch::Tensor last = torch::tensor({{1.0F, 0.0F}, {1.0F, 0.0F}, {0.0F, 1.0F}});
  const torch::Tensor says = torch::tensor({30.0F, -30.0F, 30.0F});
  REQUIRE(router_loss({early, last}, {says}, labels).item<double>() == Approx(0).margin(1e-6));
  REQUIRE(router_loss({early, last}, {torch::zeros({3})}, labels).item<double>() == Approx(std::log(2.0)));
}
