#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// An exit rule as scenarios name it, and which parameters it takes. The rules themselves are in
/// sim/policy, one file each.
struct PolicyRule {
  enum class Thresholds {
    none,
    entropy,  ///< thresholds_nats or thresholds_normalized
    share     ///< thresholds, each 0 to 1
  };
  std::string_view name;
  Thresholds thresholds = Thresholds::none;
  bool uses_temperatures = false;
  bool uses_exit = false;
  bool uses_patience = false;
  std::string_view explanation;
};

/// Every rule there is.
std::span<const PolicyRule> policy_rules();
std::vector<std::string> policy_rule_names();

/// @return null when there is no such rule
const PolicyRule* find_policy_rule(std::string_view name);

}  // namespace offramp
