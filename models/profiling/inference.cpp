#include "models/profiling/inference.hpp"

#include <algorithm>
#include <span>

#include "sim/profile/recorded_values.hpp"

namespace offramp {
namespace {

void append(std::vector<float>& to, const torch::Tensor& values) {
  const torch::Tensor flat = values.to(torch::kFloat32).contiguous();  // bf16 within an autocast
  to.insert(to.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
}

}  // namespace

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
  append(to, logits);
  const auto said = static_cast<std::size_t>(logits.numel());
  round_logits_as_recorded(std::span(to).last(said), static_cast<std::size_t>(logits.size(-1)));
}

void append_numbers(std::vector<float>& to, const torch::Tensor& numbers) {
  append(to, numbers);
  round_as_recorded(std::span(to).last(static_cast<std::size_t>(numbers.numel())));
}

AllAnswers run_all_answers(BranchyNetwork& network, const LabelledImages& images) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const auto exits = static_cast<std::size_t>(network.num_exits());
  AllAnswers all{std::vector<Logits>(exits), std::vector<Logits>(network.has_routers() ? exits - 1 : 0)};
  for (std::size_t first = 0; first < images.images(); first += kInferenceBatch) {
    const std::size_t count = std::min(kInferenceBatch, images.images() - first);
    const std::vector<HeadAnswer> answers = network.all_answers(pixel_batch(images, first, count));
    for (std::size_t i = 0; i < exits; ++i) append_logits(all.logits[i], answers[i].logits);
    for (std::size_t i = 0; i < all.routers.size(); ++i) append_numbers(all.routers[i], answers[i].router);
  }
  return all;
}

std::vector<Logits> run_all_exits(BranchyNetwork& network, const LabelledImages& images) {
  return run_all_answers(network, images).logits;
}

}  // namespace offramp
