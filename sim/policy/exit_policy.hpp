#pragma once

#include <cstddef>
#include <limits>
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
  bool has_routers = false;  ///< whether its exits before the final one have a router
};

/// What an exit says of one image.
struct ExitAnswer {
  std::size_t exit = 0;
  std::span<const float> logits;  ///< [num_classes], over the exit's temperature, before the softmax
  /// The router's logit that this answer will do; not a number where there is no router.
  double router_logit = std::numeric_limits<double>::quiet_NaN();
  std::size_t agreeing = 0;  ///< how many exits asked directly before named the same class
};

/// Decides, exit by exit, where a request leaves the network: a pure function of what the network
/// said, without clock or state. One file a rule; registered in exit_policy.cpp (rules that hold one number
/// against a threshold: in exit_score.cpp).
class ExitPolicy {
 public:
  virtual ~ExitPolicy() = default;

  /// Whether this exit's branch head is run at all.
  virtual bool asks(std::size_t exit) const = 0;

  /// Whether a request leaves at an exit that was asked.
  virtual bool accepts(const ExitAnswer& answer) const = 0;
};

/// The parameters a scenario gives to a rule; which of them a rule uses is in scenario/policy_rules.
struct ExitRule {
  std::string rule;
  /// One an exit before the final one. entropy: nats; max_probability, margin, router: 0 to 1.
  std::vector<double> thresholds = {};
  std::size_t exit = 0;      ///< fixed: the exit that answers
  std::size_t patience = 0;  ///< patience: how many exits before must agree
};

/// @throws UserError for an unknown rule, with those there are, and for the rule router where there is no
///         router
std::unique_ptr<ExitPolicy> make_exit_policy(const ExitRule& rule, const ExitContext& context);

std::unique_ptr<ExitPolicy> make_patience_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_fixed_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_never_policy(const ExitRule& rule, const ExitContext& context);
std::unique_ptr<ExitPolicy> make_always_policy(const ExitRule& rule, const ExitContext& context);

}  // namespace offramp
