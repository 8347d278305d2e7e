#pragma once

#include <torch/torch.h>

#include <functional>

#include "models/privacy/inverter_training.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A network that draws the image again from a feature: convolutions of 64 channels, doubling the sides until
/// they are the image's. What an eavesdropper with images of the same kind could train (Dosovitskiy and Brox,
/// Inverting visual representations with convolutional networks, CVPR 2016).
class InverterImpl : public torch::nn::Module {
 public:
  InverterImpl(const FeatureShape& feature, const FeatureShape& image);
  /// @param feature  [images, channels, height, width] -> pixels in 0..255, [images, channels, height, width]
  torch::Tensor forward(const torch::Tensor& feature);

 private:
  FeatureShape image_;
  torch::nn::BatchNorm2d scale_;
  torch::nn::ModuleList stages_;
  torch::nn::Conv2d pixels_;
};
TORCH_MODULE(Inverter);

/// Least squared error of the pixels.
/// @param features  f32 [images, ...]   @param images  f32 in 0..255 [images, ...]
/// @param after_step  called with the images done since the last call
void train_inverter(Inverter& inverter, const torch::Tensor& features, const torch::Tensor& images,
                    const InverterTraining& training, const std::function<void(std::int64_t)>& after_step);

}  // namespace offramp
