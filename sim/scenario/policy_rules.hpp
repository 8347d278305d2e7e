#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// An exit rule as scenarios name it, and which parameters it takes. The rules themselves are in
/// sim/policy, one file each.
struct PolicyRule {
  std::string_view name;
  bool uses_thresholds;  ///< thresholds_nats or thresholds_normalized
  bool uses_exit;        ///< exit
  std::string_view explanation;
};

/// Every rule there is.
std::span<const PolicyRule> policy_rules();
std::vector<std::string> policy_rule_names();

/// @return null when there is no such rule
const PolicyRule* find_policy_rule(std::string_view name);

}  // namespace offramp
