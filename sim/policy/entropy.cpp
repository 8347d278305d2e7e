#include "sim/policy/entropy.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "sim/policy/exit_policy.hpp"

namespace offramp {
namespace {

/// Accepts at the first exit whose entropy is strictly below its threshold; the final exit always.
/// Source: Teerapittayanon et al., BranchyNet (ICPR 2016), fast inference.
class EntropyPolicy final : public ExitPolicy {
 public:
  EntropyPolicy(std::vector<double> thresholds_nats, std::size_t num_exits)
      : thresholds_nats_(std::move(thresholds_nats)) {
    if (thresholds_nats_.size() + 1 != num_exits)
      throw std::invalid_argument("entropy needs one threshold less than exits");
  }

  bool asks(std::size_t) const override { return true; }

  bool accepts(std::size_t exit, std::span<const float> logits) const override {
    return exit >= thresholds_nats_.size() || softmax_entropy_nats(logits) < thresholds_nats_[exit];
  }

 private:
  std::vector<double> thresholds_nats_;
};

}  // namespace

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

std::unique_ptr<ExitPolicy> make_entropy_policy(const ExitRule& rule, const ExitContext& context) {
  return std::make_unique<EntropyPolicy>(rule.thresholds, context.num_exits);
}

}  // namespace offramp
