#include <algorithm>
#include <cmath>

#include "sim/policy/exit_score.hpp"

namespace offramp {

/// The largest probability of the softmax: 1 / sum exp(x - max x).
/// Source: Hendrycks and Gimpel, A baseline for detecting misclassified examples (ICLR 2017).
double max_probability_score(const ExitAnswer& answer) {
  const double largest = *std::max_element(answer.logits.begin(), answer.logits.end());
  double partition = 0;
  for (const float x : answer.logits) partition += std::exp(x - largest);
  return 1 / partition;
}

}  // namespace offramp
