#include "models/nets/b_lenet.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr std::int64_t kSide = 28;

// ceil: a last row or column that no pair completes is pooled alone, as in Chainer.
torch::Tensor pool_and_relu(const torch::Tensor& x) {
  return torch::relu(torch::max_pool2d(x, 2, 2, 0, 1, /*ceil_mode=*/true));
}

torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t padding) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(padding));
}

}  // namespace

// Sides: 28 -conv-> 30 -pool-> 15; branch 15 -conv-> 15 -pool-> 8;
// backbone 15 -conv-> 17 -pool-> 9 -conv-> 11 -pool-> 6.
BLeNetImpl::BLeNetImpl(std::int64_t channels, std::int64_t num_classes)
    : BranchyNetwork("b_lenet", channels),
      conv1_(register_module("conv1", convolution(channels, 5, 5, 3))),
      conv2_(register_module("conv2", convolution(5, 10, 5, 3))),
      conv3_(register_module("conv3", convolution(10, 20, 5, 3))),
      fc1_(register_module("fc1", torch::nn::Linear(20 * 6 * 6, 84))),
      fc2_(register_module("fc2", torch::nn::Linear(84, num_classes))),
      branch_conv_(register_module("branch_conv", convolution(5, 10, 3, 1))),
      branch_fc_(register_module("branch_fc", torch::nn::Linear(10 * 8 * 8, num_classes))) {}

torch::Tensor BLeNetImpl::backbone(int segment, const torch::Tensor& x) {
  switch (segment) {
    case 0:
      return pool_and_relu(conv1_(normalized(x)));
    case 1:
      return pool_and_relu(conv3_(pool_and_relu(conv2_(x))));
    default:
      throw std::out_of_range("b_lenet has two segments");
  }
}

torch::Tensor BLeNetImpl::head(int exit, const torch::Tensor& feature) {
  switch (exit) {
    case 0:
      return branch_fc_(pool_and_relu(branch_conv_(feature)).flatten(1));
    case 1:
      return fc2_(fc1_(feature.flatten(1)));
    default:
      throw std::out_of_range("b_lenet has two exits");
  }
}

std::shared_ptr<BranchyNetwork> make_b_lenet(const ModelDescription& model) {
  if (model.input.height != kSide || model.input.width != kSide)
    throw UserError(Place{(model.directory / "model.yaml").string()},
                    fmt::format("input: b_lenet reads images of {0}x{0}, not {1}x{2}", kSide,
                                model.input.height, model.input.width));
  return std::make_shared<BLeNetImpl>(model.input.channels, static_cast<std::int64_t>(model.num_classes));
}

}  // namespace offramp
