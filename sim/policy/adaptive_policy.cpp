#include "sim/policy/adaptive_policy.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

struct Entry {
  std::string_view rule;
  std::unique_ptr<AdaptivePolicy> (*make)(const AdaptiveRule&);
};

constexpr std::array kRules{
    Entry{"queue", &make_queue_policy},
    Entry{"transfers", &make_transfers_policy},
    Entry{"deadline", &make_deadline_policy},
};

}  // namespace

std::unique_ptr<AdaptivePolicy> make_adaptive_policy(const AdaptiveRule& rule) {
  std::vector<std::string> names;
  for (const Entry& entry : kRules) {
    if (entry.rule == rule.rule) return entry.make(rule);
    names.emplace_back(entry.rule);
  }
  throw UserError(fmt::format("unknown adaptive rule \"{}\"{}", rule.rule, suggestion(rule.rule, names)));
}

}  // namespace offramp
