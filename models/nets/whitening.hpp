#pragma once

#include <torch/torch.h>

namespace offramp {

/// A frozen 3x3 convolution that decorrelates the patches of its input: output k is their k-th principal
/// component, divided by its deviation. Neighbouring pixels are nearly the same number, which slows down
/// every network that must first find out; this one starts where they are told apart.
/// Source: Page, How to train your ResNet, part 8 (2019).
class WhiteningImpl : public torch::nn::Module {
 public:
  explicit WhiteningImpl(std::int64_t channels);
  /// @param x  [images, channels, height, width] -> [images, 9 * channels, height, width]
  torch::Tensor forward(const torch::Tensor& x);
  /// @param x  what the layer will read, of some hundred images at least
  void fit(const torch::Tensor& x);

 private:
  torch::Tensor kernel_;  // [9 * channels, channels, 3, 3]; the identity until it is fitted
};
TORCH_MODULE(Whitening);

}  // namespace offramp
