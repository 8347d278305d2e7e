#include "models/privacy/inverter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/training/autocast.hpp"

namespace offramp {
namespace {

constexpr std::int64_t kChannels = 64;
constexpr double kPeak = 255;

torch::nn::Sequential stage(std::int64_t in) {
  return torch::nn::Sequential(
      torch::nn::Conv2d(torch::nn::Conv2dOptions(in, kChannels, 3).padding(1).bias(false)),
      torch::nn::BatchNorm2d(kChannels), torch::nn::ReLU());
}

}  // namespace

InverterImpl::InverterImpl(const FeatureShape& feature, const FeatureShape& image)
    : image_(image),
      scale_(torch::nn::BatchNorm2dOptions(feature.channels).affine(false)),
      pixels_(torch::nn::Conv2dOptions(kChannels, image.channels, 3).padding(1)) {
  stages_->push_back(stage(feature.channels));
  stages_->push_back(stage(kChannels));
  for (std::int64_t side = std::min(feature.height, feature.width);
       side < std::min(image.height, image.width); side *= 2)
    stages_->push_back(stage(kChannels));
  stages_->push_back(stage(kChannels));
  register_module("scale", scale_);
  register_module("stages", stages_);
  register_module("pixels", pixels_);
}

torch::Tensor InverterImpl::forward(const torch::Tensor& feature) {
  namespace functional = torch::nn::functional;
  torch::Tensor x = scale_->forward(feature);
  for (std::size_t i = 0; i < stages_->size(); ++i) {
    // Behind the first two stages: twice the sides, as long as they are not the image's.
    const bool grows = i >= 2 && (x.size(2) != image_.height || x.size(3) != image_.width);
    if (grows) {
      const bool last = i + 1 == stages_->size();
      const std::int64_t height = last ? image_.height : std::min(2 * x.size(2), image_.height);
      const std::int64_t width = last ? image_.width : std::min(2 * x.size(3), image_.width);
      x = functional::interpolate(x, functional::InterpolateFuncOptions()
                                         .size(std::vector<std::int64_t>{height, width})
                                         .mode(torch::kNearest));
    }
    x = stages_->ptr<torch::nn::SequentialImpl>(i)->forward(x);
  }
  return torch::sigmoid(pixels_->forward(x).to(torch::kFloat32)) * kPeak;
}

void train_inverter(Inverter& inverter, const torch::Tensor& features, const torch::Tensor& images,
                    const InverterTraining& training, const std::function<void(std::int64_t)>& after_step) {
  torch::manual_seed(training.seed);
  for (torch::Tensor& tensor : inverter->parameters())
    if (tensor.dim() == 4) torch::nn::init::kaiming_normal_(tensor);
  torch::optim::Adam optimizer(inverter->parameters(), torch::optim::AdamOptions(training.learning_rate));
  inverter->train();
  const std::int64_t count = features.size(0);
  const std::int64_t batches = (count + training.batch - 1) / training.batch;
  const auto steps = static_cast<double>(batches * training.epochs);
  double done = 0;
  for (int epoch = 0; epoch < training.epochs; ++epoch) {
    const torch::Tensor order = torch::randperm(count);
    for (std::int64_t first = 0; first < count; first += training.batch, ++done) {
      const torch::Tensor chosen = order.slice(0, first, std::min(first + training.batch, count));
      const double rate = 0.5 * training.learning_rate * (1 + std::cos(std::numbers::pi * done / steps));
      for (auto& group : optimizer.param_groups()) group.options().set_lr(rate);
      optimizer.zero_grad();
      torch::Tensor loss;
      {
        const Autocast autocast(true);
        const torch::Tensor seen =
            features.index_select(0, chosen).contiguous(torch::MemoryFormat::ChannelsLast);
        loss = torch::mse_loss(inverter->forward(seen) / kPeak, images.index_select(0, chosen) / kPeak);
      }
      loss.backward();
      optimizer.step();
      after_step(chosen.size(0));
    }
  }
  inverter->eval();
}

}  // namespace offramp
