#include "models/profiling/logits.hpp"

namespace offramp {

std::vector<bool> correct_answers(std::span<const float> logits, std::span<const std::int32_t> labels) {
  const std::size_t classes = logits.size() / labels.size();
  std::vector<bool> correct;
  for (std::size_t i = 0; i < labels.size(); ++i)
    correct.push_back(predicted_class(logits.subspan(i * classes, classes)) ==
                      static_cast<std::size_t>(labels[i]));
  return correct;
}

std::vector<double> accuracy_of_exits(const std::vector<Logits>& exits,
                                      std::span<const std::int32_t> labels) {
  std::vector<double> accuracy;
  for (const Logits& logits : exits) {
    const std::vector<bool> correct = correct_answers(logits, labels);
    accuracy.push_back(static_cast<double>(std::count(correct.begin(), correct.end(), true)) /
                       static_cast<double>(labels.size()));
  }
  return accuracy;
}

}  // namespace offramp
