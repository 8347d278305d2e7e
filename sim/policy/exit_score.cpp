#include "sim/policy/exit_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr std::array kScores{
    ExitScore{"entropy", &entropy_score, true, false},
    ExitScore{"max_probability", &max_probability_score, false, false},
    ExitScore{"margin", &margin_score, false, false},
    ExitScore{"router", &router_score, false, true},
};

/// Accepts at the first exit whose score is strictly on the right side of its threshold; the final exit
/// always.
class ScorePolicy final : public ExitPolicy {
 public:
  ScorePolicy(const ExitScore& score, std::vector<double> thresholds)
      : score_(score), thresholds_(std::move(thresholds)) {}

  bool asks(std::size_t) const override { return true; }

  bool accepts(const ExitAnswer& answer) const override {
    return answer.exit >= thresholds_.size() ||
           score_.accepts(score_.score(answer), thresholds_[answer.exit]);
  }

 private:
  const ExitScore& score_;
  std::vector<double> thresholds_;
};

}  // namespace

std::span<const ExitScore> exit_scores() { return kScores; }

const ExitScore* find_exit_score(std::string_view rule) {
  const auto found = std::ranges::find(kScores, rule, &ExitScore::rule);
  return found == kScores.end() ? nullptr : &*found;
}

std::unique_ptr<ExitPolicy> make_score_policy(const ExitScore& score, const ExitRule& rule,
                                              const ExitContext& context) {
  if (rule.thresholds.size() + 1 != context.num_exits)
    throw std::invalid_argument(fmt::format("{} needs one threshold less than exits", score.rule));
  if (score.needs_router && !context.has_routers)
    throw UserError(
        fmt::format("the rule {} needs a network with a router, which this one has not; rules for "
                    "it are for example entropy and max_probability",
                    score.rule));
  return std::make_unique<ScorePolicy>(score, rule.thresholds);
}

}  // namespace offramp
