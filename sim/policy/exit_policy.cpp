#include "sim/policy/exit_policy.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/policy/exit_score.hpp"

namespace offramp {
namespace {

using Maker = std::unique_ptr<ExitPolicy> (*)(const ExitRule&, const ExitContext&);

struct Entry {
  std::string_view rule;
  Maker make;
};

constexpr std::array kRules{
    Entry{"patience", &make_patience_policy},
    Entry{"fixed", &make_fixed_policy},
    Entry{"never", &make_never_policy},
    Entry{"always", &make_always_policy},
};

}  // namespace

std::unique_ptr<ExitPolicy> make_exit_policy(const ExitRule& rule, const ExitContext& context) {
  if (const ExitScore* score = find_exit_score(rule.rule)) return make_score_policy(*score, rule, context);
  std::vector<std::string> names;
  for (const ExitScore& score : exit_scores()) names.emplace_back(score.rule);
  for (const Entry& entry : kRules) {
    if (entry.rule == rule.rule) return entry.make(rule, context);
    names.emplace_back(entry.rule);
  }
  throw UserError(fmt::format("unknown exit rule \"{}\"{}", rule.rule, suggestion(rule.rule, names)));
}

}  // namespace offramp
