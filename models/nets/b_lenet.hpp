#pragma once

#include "models/nets/branchy_network.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// BranchyNet's LeNet: three 5x5 convolutions with padding 3 and two linear layers, one branch behind
/// the first convolution. Layer plan and widths (5, 10, 20, 84; branch 10) as published, for one channel
/// of 28x28. Branch and backbone both begin with the same pooling and ReLU, so here these are the end of
/// the first segment: the same function, and a feature of a quarter of the size travels.
/// Source: Teerapittayanon et al., BranchyNet (ICPR 2016), with the layer plan of the authors' program.
class BLeNetImpl : public BranchyNetwork {
 public:
  BLeNetImpl(std::int64_t channels, std::int64_t num_classes);

  int num_exits() const override { return 2; }
  torch::Tensor backbone(int segment, const torch::Tensor& x) override;
  torch::Tensor head(int exit, const torch::Tensor& feature) override;

 private:
  torch::nn::Conv2d conv1_;
  torch::nn::Conv2d conv2_;
  torch::nn::Conv2d conv3_;
  torch::nn::Linear fc1_;
  torch::nn::Linear fc2_;
  torch::nn::Conv2d branch_conv_;
  torch::nn::Linear branch_fc_;
};
TORCH_MODULE(BLeNet);

/// @throws UserError unless the description says 28x28 images and two exits
std::shared_ptr<BranchyNetwork> make_b_lenet(const ModelDescription& model);

}  // namespace offramp
