#include "sim/tuning/rule_search.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/policy/exit_score.hpp"
#include "sim/tuning/accuracy_frontier.hpp"
#include "sim/tuning/exit_outcome.hpp"

namespace offramp {
namespace {

constexpr const char* kPatience = "patience";

/// An exit's score of each image, as its rule would see it.
std::vector<double> scores_of(const SetAnswers& answers, const ExitScore& score, std::size_t exit,
                              double temperature) {
  std::vector<double> scores;
  std::vector<float> scaled(answers.classes);
  for (std::size_t image = 0; image < answers.images; ++image) {
    const std::span<const float> one = answers.logits[exit].subspan(image * answers.classes, answers.classes);
    std::ranges::transform(one, scaled.begin(), [&](float logit) {
      return temperature == 1 ? logit : static_cast<float>(logit / temperature);
    });
    ExitAnswer answer;
    answer.exit = exit;
    answer.logits = scaled;
    if (!answers.routers.empty()) answer.router_logit = answers.routers[exit][image];
    scores.push_back(score.score(answer));
  }
  return scores;
}

/// Scores below their threshold leave, so that a low one is sure: seen with the other sign.
std::vector<RulePoint> score_frontier(const SetAnswers& answers, const ExitScore& score,
                                      const std::vector<double>& temperatures, const RequestCosts& costs) {
  const double sign = score.accepts_below ? -1 : 1;
  SearchSet set;
  for (std::size_t exit = 0; exit + 1 < answers.exits(); ++exit) {
    std::vector<double>& sureness = set.sureness.emplace_back(
        scores_of(answers, score, exit, exit < temperatures.size() ? temperatures[exit] : 1));
    for (double& value : sureness) value *= sign;
  }
  set.correct = answers.correct;
  set.costs = costs;
  // An entropy is at most ln(classes), which a threshold may exceed; the other scores lie within 0 to 1.
  set.lowest = score.accepts_below ? -(std::log(static_cast<double>(answers.classes)) + 1e-6) : 0;
  set.highest = score.accepts_below ? 0 : 1;
  std::vector<RulePoint> frontier;
  for (FrontierPoint& point : accuracy_frontier(set)) {
    RulePoint& chosen = frontier.emplace_back();
    chosen.rule.rule = score.rule;
    // + 0: no "-0"
    for (const double threshold : point.thresholds) chosen.rule.thresholds.push_back(sign * threshold + 0.0);
    chosen.correct = point.correct;
    chosen.cost = point.cost;
  }
  return frontier;
}

std::vector<RulePoint> patience_frontier(const SetAnswers& answers, const RequestCosts& costs) {
  std::vector<RulePoint> frontier;
  for (std::size_t patience = answers.exits() - 1; patience >= 1; --patience) {
    const ExitRule rule{kPatience, {}, 0, patience};
    const ExitOutcome outcome = apply_rule(answers, rule);
    frontier.push_back({rule, outcome.right(), outcome.mean(costs)});
  }
  std::ranges::stable_sort(frontier, {}, &RulePoint::cost);
  std::vector<RulePoint> best;
  for (const RulePoint& point : frontier)
    if (best.empty() || point.correct > best.back().correct) best.push_back(point);
  return best;
}

}  // namespace

std::vector<std::string> tunable_rules(const SetAnswers& answers) {
  std::vector<std::string> rules;
  for (const ExitScore& score : exit_scores())
    if (!score.needs_router || !answers.routers.empty()) rules.emplace_back(score.rule);
  if (answers.exits() > 2) rules.emplace_back(kPatience);
  return rules;
}

std::vector<RulePoint> rule_frontier(const SetAnswers& answers, const std::string& rule,
                                     const std::vector<double>& temperatures, const RequestCosts& costs) {
  if (const ExitScore* score = find_exit_score(rule))
    return score_frontier(answers, *score, temperatures, costs);
  if (rule == kPatience) return patience_frontier(answers, costs);
  throw std::invalid_argument("nothing to choose with the rule " + rule);
}

const RulePoint* most_accurate_within(const std::vector<RulePoint>& frontier, double cost) {
  const auto dearer =
      std::ranges::partition_point(frontier, [&](const RulePoint& point) { return point.cost <= cost; });
  return dearer == frontier.begin() ? nullptr : &*std::prev(dearer);
}

const RulePoint* cheapest_with(const std::vector<RulePoint>& frontier, double correct_images) {
  const auto enough = std::ranges::partition_point(
      frontier, [&](const RulePoint& point) { return static_cast<double>(point.correct) < correct_images; });
  return enough == frontier.end() ? nullptr : &*enough;
}

}  // namespace offramp
