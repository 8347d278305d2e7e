#include "sim/scenario/adapt_rules.hpp"

#include <algorithm>
#include <array>

namespace offramp {
namespace {

// name, frames, times, margins, history
constexpr std::array kRules{
    AdaptRule{"none", false, false, false, false, "does not adapt: the group's own setting always holds"},
    AdaptRule{"queue", true, false, false, false,
              "adapts: the next setting from so many frames on that the device holds"},
    AdaptRule{"transfers", false, true, false, true,
              "adapts: the next setting from such a time on that the last transfers took"},
    AdaptRule{
        "deadline", false, false, true, true,
        "adapts: the first setting that should answer within the deadline, by queue and last transfers"},
};

}  // namespace

std::span<const AdaptRule> adapt_rules() { return kRules; }

std::vector<std::string> adapt_rule_names() {
  std::vector<std::string> names;
  for (const AdaptRule& rule : kRules) names.emplace_back(rule.name);
  return names;
}

const AdaptRule* find_adapt_rule(std::string_view name) {
  const auto found = std::ranges::find(kRules, name, &AdaptRule::name);
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace offramp
