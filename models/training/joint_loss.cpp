#include "models/training/joint_loss.hpp"

#include <stdexcept>

namespace offramp {

torch::Tensor joint_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                         const std::vector<double>& weights) {
  if (logits.empty() || logits.size() != weights.size())
    throw std::invalid_argument("one weight for each exit");
  torch::Tensor sum;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const torch::Tensor term =
        torch::nn::functional::cross_entropy(logits[i].to(torch::kFloat32), labels) * weights[i];
    sum = i == 0 ? term : sum + term;
  }
  return sum;
}

}  // namespace offramp
