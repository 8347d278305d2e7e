#include "models/training/joint_loss.hpp"

#include <stdexcept>

namespace offramp {
namespace functional = torch::nn::functional;
namespace {

/// T^2 times the mean over images of the Kullback-Leibler divergence of what an exit says at temperature T.
torch::Tensor divergence(const torch::Tensor& logits, const torch::Tensor& answer, double temperature) {
  const torch::Tensor said = torch::log_softmax(logits.to(torch::kFloat32) / temperature, /*dim=*/1);
  return torch::kl_div(said, answer, at::Reduction::Sum) *
         (temperature * temperature / static_cast<double>(said.size(0)));
}

}  // namespace

torch::Tensor joint_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                         const std::vector<double>& weights, double label_smoothing) {
  if (logits.empty() || logits.size() != weights.size())
    throw std::invalid_argument("one weight for each exit");
  torch::Tensor sum;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const torch::Tensor term =
        functional::cross_entropy(logits[i].to(torch::kFloat32), labels,
                                  functional::CrossEntropyFuncOptions().label_smoothing(label_smoothing)) *
        weights[i];
    sum = i == 0 ? term : sum + term;
  }
  return sum;
}

torch::Tensor distillation_loss(const std::vector<torch::Tensor>& logits, double temperature) {
  const torch::Tensor teacher =
      torch::softmax(logits.back().detach().to(torch::kFloat32) / temperature, /*dim=*/1);
  torch::Tensor sum = torch::zeros({});
  for (std::size_t i = 0; i + 1 < logits.size(); ++i) sum = sum + divergence(logits[i], teacher, temperature);
  return sum / static_cast<double>(logits.size() - 1);
}

torch::Tensor taught_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& answer,
                          const std::vector<double>& weights, double temperature) {
  if (logits.empty() || logits.size() != weights.size())
    throw std::invalid_argument("one weight for each exit");
  torch::Tensor sum = torch::zeros({});
  for (std::size_t i = 0; i < logits.size(); ++i)
    sum = sum + weights[i] * divergence(logits[i], answer, temperature);
  return sum;
}

torch::Tensor router_loss(const std::vector<torch::Tensor>& logits, const std::vector<torch::Tensor>& routers,
                          const torch::Tensor& labels) {
  const auto right = [&](const torch::Tensor& answers) { return answers.detach().argmax(1).eq(labels); };
  const torch::Tensor cloud_wrong = right(logits.back()).logical_not();
  torch::Tensor sum = torch::zeros({});
  for (std::size_t i = 0; i < routers.size(); ++i) {
    const torch::Tensor will_do = right(logits[i]).logical_or(cloud_wrong).to(torch::kFloat32);
    sum = sum + torch::binary_cross_entropy_with_logits(routers[i].to(torch::kFloat32), will_do);
  }
  return sum / static_cast<double>(routers.size());
}

}  // namespace offramp
