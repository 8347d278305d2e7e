#include "models/profiling/inference.hpp"

#include <algorithm>

namespace offramp {

torch::Tensor pixel_batch(const LabelledImages& images, std::size_t first, std::size_t count) {
  const FeatureShape& shape = images.shape;
  torch::Tensor pixels = torch::empty(
      {static_cast<std::int64_t>(count), shape.channels, shape.height, shape.width}, torch::kFloat32);
  const auto size = static_cast<std::size_t>(shape.elements());
  std::copy_n(images.pixels.begin() + static_cast<std::ptrdiff_t>(first * size), count * size,
              pixels.data_ptr<float>());
  return pixels;
}

void append_logits(Logits& to, const torch::Tensor& logits) {
  const torch::Tensor rows = logits.contiguous();
  const float* data = rows.data_ptr<float>();
  to.insert(to.end(), data, data + rows.numel());
}

std::vector<Logits> run_all_exits(BranchyNetwork& network, const LabelledImages& images) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<Logits> exits(static_cast<std::size_t>(network.num_exits()));
  for (std::size_t first = 0; first < images.images(); first += kInferenceBatch) {
    const std::size_t count = std::min(kInferenceBatch, images.images() - first);
    const std::vector<torch::Tensor> logits = network.all_exits(pixel_batch(images, first, count));
    for (std::size_t i = 0; i < exits.size(); ++i) append_logits(exits[i], logits[i]);
  }
  return exits;
}

}  // namespace offramp
