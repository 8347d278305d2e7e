#include "sim/policy/entropy.hpp"

#include <algorithm>
#include <cmath>

#include "sim/policy/exit_score.hpp"

namespace offramp {

double softmax_entropy_nats(std::span<const float> logits) {
  // With z = x - max x and Z = sum exp z:  H = -sum p ln p = ln Z - (sum z exp z) / Z.
  const double largest = *std::max_element(logits.begin(), logits.end());
  double partition = 0;
  double weighted = 0;
  for (const float x : logits) {
    const double z = x - largest;
    const double e = std::exp(z);
    partition += e;
    weighted += z * e;
  }
  return std::max(0.0, std::log(partition) - weighted / partition);
}

/// Source: Teerapittayanon et al., BranchyNet (ICPR 2016), fast inference: leave when strictly below.
double entropy_score(const ExitAnswer& answer) { return softmax_entropy_nats(answer.logits); }

}  // namespace offramp
