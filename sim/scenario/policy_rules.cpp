#include "sim/scenario/policy_rules.hpp"

#include <algorithm>
#include <array>

namespace offramp {
namespace {

using Thresholds = PolicyRule::Thresholds;

// name, thresholds, temperatures, exit, patience
constexpr std::array kRules{
    PolicyRule{"entropy", Thresholds::entropy, true, false, false,
               "leaves at the first exit whose entropy is below its threshold"},
    PolicyRule{"max_probability", Thresholds::share, true, false, false,
               "leaves at the first exit whose largest probability is above its threshold"},
    PolicyRule{
        "margin", Thresholds::share, true, false, false,
        "leaves at the first exit whose two largest probabilities are further apart than its threshold"},
    PolicyRule{
        "router", Thresholds::share, false, false, false,
        "leaves at the first exit whose learned router is surer than its threshold that the answer will do"},
    PolicyRule{"patience", Thresholds::none, false, false, true,
               "leaves at the first exit that names the same class as so many before it"},
    PolicyRule{"fixed", Thresholds::none, false, true, false,
               "always answers at one named exit, on the device or behind the split"},
    PolicyRule{"never", Thresholds::none, false, false, false,
               "never sends: the last exit before the split answers (edge-only)"},
    PolicyRule{"always", Thresholds::none, false, false, false,
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
