#include <stdexcept>

#include "sim/policy/exit_policy.hpp"

namespace offramp {
namespace {

/// Accepts at the first exit that names the same class as so many asked directly before it; the final exit
/// always. With patience 1, two exits in a row must agree.
/// Source: Zhou et al., BERT loses patience (NeurIPS 2020).
class PatiencePolicy final : public ExitPolicy {
 public:
  PatiencePolicy(std::size_t patience, std::size_t num_exits)
      : patience_(patience), final_exit_(num_exits - 1) {}

  bool asks(std::size_t) const override { return true; }
  bool accepts(const ExitAnswer& answer) const override {
    return answer.exit == final_exit_ || answer.agreeing >= patience_;
  }

 private:
  std::size_t patience_;
  std::size_t final_exit_;
};

}  // namespace

std::unique_ptr<ExitPolicy> make_patience_policy(const ExitRule& rule, const ExitContext& context) {
  if (rule.patience == 0) throw std::invalid_argument("patience must be at least 1");
  return std::make_unique<PatiencePolicy>(rule.patience, context.num_exits);
}

}  // namespace offramp
