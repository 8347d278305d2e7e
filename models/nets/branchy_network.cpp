#include "models/nets/branchy_network.hpp"

#include <stdexcept>
#include <utility>

#include "models/nets/whitening.hpp"

namespace offramp {

BranchyNetwork::BranchyNetwork(std::string name, std::int64_t channels)
    : torch::nn::Module(std::move(name)),
      pixel_scale_(register_buffer("pixel_scale", torch::full({1, channels, 1, 1}, 1.0F / 255.0F))),
      pixel_offset_(register_buffer("pixel_offset", torch::zeros({1, channels, 1, 1}))) {}

std::vector<torch::Tensor> BranchyNetwork::weights() const {
  std::vector<torch::Tensor> tensors = parameters();
  const std::vector<torch::Tensor> others = buffers();
  tensors.insert(tensors.end(), others.begin(), others.end());
  return tensors;
}

std::vector<HeadAnswer> BranchyNetwork::all_answers(const torch::Tensor& pixels) {
  std::vector<HeadAnswer> answers;
  torch::Tensor x = pixels;
  for (int exit = 0; exit < num_exits(); ++exit) {
    x = backbone(exit, x);
    answers.push_back(answer(exit, x));
  }
  return answers;
}

std::vector<torch::Tensor> BranchyNetwork::all_exits(const torch::Tensor& pixels) {
  std::vector<torch::Tensor> logits;
  torch::Tensor x = pixels;
  for (int exit = 0; exit < num_exits(); ++exit) {
    x = backbone(exit, x);
    logits.push_back(head(exit, x));
  }
  return logits;
}

void BranchyNetwork::set_pixel_statistics(const std::vector<float>& mean,
                                          const std::vector<float>& deviation) {
  if (static_cast<std::int64_t>(mean.size()) != pixel_scale_.size(1) || mean.size() != deviation.size())
    throw std::invalid_argument("one mean and one deviation for each channel");
  const torch::NoGradGuard no_grad;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const auto channel = static_cast<std::int64_t>(c);
    pixel_scale_[0][channel] = 1.0F / deviation[c];
    pixel_offset_[0][channel] = -mean[c] / deviation[c];
  }
}

void BranchyNetwork::fit_whitening(const torch::Tensor& pixels) {
  for (const std::shared_ptr<torch::nn::Module>& module : modules(/*include_self=*/false))
    if (auto* whitening = module->as<WhiteningImpl>()) whitening->fit(normalized(pixels));
}

torch::Tensor BranchyNetwork::normalized(const torch::Tensor& pixels) const {
  return torch::addcmul(pixel_offset_, pixels, pixel_scale_);
}

}  // namespace offramp
