#include "sim/scenario/policy_rules.hpp"

#include <algorithm>
#include <array>

namespace offramp {
namespace {

constexpr std::array kRules{
    PolicyRule{"entropy", true, false, "leaves at the first exit whose entropy is below its threshold"},
    PolicyRule{"fixed", false, true, "always answers at one named exit, on the device or behind the split"},
    PolicyRule{"never", false, false, "never sends: the last exit before the split answers (edge-only)"},
    PolicyRule{"always", false, false,
               "sends every request at the split without asking an exit (cloud-only)"},
};

}  // namespace

std::span<const PolicyRule> policy_rules() { return kRules; }

std::vector<std::string> policy_rule_names() {
  std::vector<std::string> names;
  for (const PolicyRule& rule : kRules) names.emplace_back(rule.name);
  return names;
}

const PolicyRule* find_policy_rule(std::string_view name) {
  const auto found =
      std::find_if(kRules.begin(), kRules.end(), [&](const PolicyRule& rule) { return rule.name == name; });
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace offramp
