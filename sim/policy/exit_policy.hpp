#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace offramp {

/// What a rule may ask about the network and its cut.
struct ExitContext {
  std::size_t num_exits = 0;  ///< the final one included
  std::size_t num_classes = 0;
  int last_device_exit = 0;  ///< exits 0 .. this one run before the split; -1: none does
};

/// Decides, exit by exit, where a request leaves the network: a pure function of what the network
/// said, without clock or state. One file a rule; registered in exit_policy.cpp.
class ExitPolicy {
 public:
  virtual ~ExitPolicy() = default;

  /// Whether this exit's branch head is run at all.
  virtual bool asks(std::size_t exit) const = 0;

  /// Whether a request leaves at an exit that was asked.
  /// @param logits  [num_classes], before the softmax
  virtual bool accepts(std::size_t exit, std::span<const float> logits) const = 0;
};

/// The parameters a scenario gives to a rule; which of them a rule uses is in scenario/policy_rules.
struct ExitRule {
  std::string rule;
  std::vector<double> thresholds;  ///< entropy: nats, one an exit before the final one
  std::size_t exit = 0;            ///< fixed: the exit that answers
};

/// @throws UserError for an unknown rule, with those there are
std::unique_ptr<ExitPolicy> make_exit_policy(const ExitRule& rule, const ExitContext& context);

std::unique_ptr<ExitPolicy> make_entropy_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_fixed_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_never_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_always_policy(const ExitRule& rule, const ExitContext& context);

}  // namespace offramp
