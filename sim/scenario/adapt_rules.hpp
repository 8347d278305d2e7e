#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// A rule by which devices adapt, as scenarios name it, and which parameters it takes. The rules themselves
/// are in sim/policy, one file each (adaptive_policy.hpp).
struct AdaptRule {
  std::string_view name;
  bool uses_frames = false;
  bool uses_times = false;
  bool uses_margins = false;  ///< and the scenario's deadline
  bool uses_history = false;  ///< gain and memory
  std::string_view explanation;
};

/// Every rule there is; the first is "none": the group's own setting always holds.
std::span<const AdaptRule> adapt_rules();
std::vector<std::string> adapt_rule_names();

/// @return null when there is no such rule
const AdaptRule* find_adapt_rule(std::string_view name);

}  // namespace offramp
