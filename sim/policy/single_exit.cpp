#include <stdexcept>

#include "sim/policy/exit_policy.hpp"

namespace offramp {
namespace {

/// Asks one exit alone and takes its answer: what `fixed`, `never` and `always` have in common.
class SingleExitPolicy final : public ExitPolicy {
 public:
  SingleExitPolicy(std::size_t exit, const ExitContext& context) : exit_(exit) {
    if (exit >= context.num_exits) throw std::invalid_argument("the network has no such exit");
  }

  bool asks(std::size_t exit) const override { return exit == exit_; }
  bool accepts(const ExitAnswer& answer) const override { return answer.exit == exit_; }

 private:
  std::size_t exit_;
};

}  // namespace

/// Always the exit that the scenario names, wherever it lies.
std::unique_ptr<ExitPolicy> make_fixed_policy(const ExitRule& rule, const ExitContext& context) {
  return std::make_unique<SingleExitPolicy>(rule.exit, context);
}

/// Edge-only: nothing is offered to the network, the last exit before the split answers.
std::unique_ptr<ExitPolicy> make_never_policy(const ExitRule&, const ExitContext& context) {
  if (context.last_device_exit < 0) throw std::invalid_argument("no exit lies before the split");
  return std::make_unique<SingleExitPolicy>(static_cast<std::size_t>(context.last_device_exit), context);
}

/// Every request crosses the split without asking an exit; the final one answers.
std::unique_ptr<ExitPolicy> make_always_policy(const ExitRule&, const ExitContext& context) {
  return std::make_unique<SingleExitPolicy>(context.num_exits - 1, context);
}

}  // namespace offramp
