#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/policy/exit_score.hpp"

namespace offramp {

/// The largest probability of the softmax less the second largest, which is 0 when two classes are as sure.
/// With one class there is nothing to mistake it for: 1.
/// Source: Scheffer, Decomain and Wrobel, Active hidden Markov models for information extraction (IDA 2001).
double margin_score(const ExitAnswer& answer) {
  double largest = -std::numeric_limits<double>::infinity();
  double second = largest;
  for (const float x : answer.logits) {
    second = std::max(second, std::min<double>(x, largest));
    largest = std::max<double>(largest, x);
  }
  double partition = 0;
  for (const float x : answer.logits) partition += std::exp(x - largest);
  return (1 - std::exp(second - largest)) / partition;
}

}  // namespace offramp
