#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/policy/exit_policy.hpp"
#include "sim/tuning/request_costs.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {

/// A rule with its parameters and what it comes to on the images of the search.
struct RulePoint {
  ExitRule rule;
  std::size_t correct = 0;  ///< images
  double cost = 0;          ///< mean of an image
};

/// The rules that have something to choose on this network: those of a score, and patience where an exit
/// before the final one can agree with another.
std::vector<std::string> tunable_rules(const SetAnswers& answers);

/// The choices of one rule's parameters that no other found one beats in both accuracy and cost, from the
/// cheapest to the most accurate (accuracy_frontier).
/// @param rule          one of tunable_rules
/// @param temperatures  see ExitJudge
std::vector<RulePoint> rule_frontier(const SetAnswers& answers, const std::string& rule,
                                     const std::vector<double>& temperatures, const RequestCosts& costs);

/// The most accurate of a frontier that costs no more; null when all cost more.
const RulePoint* most_accurate_within(const std::vector<RulePoint>& frontier, double cost);
/// The cheapest of a frontier that names so many images right; null when none does.
const RulePoint* cheapest_with(const std::vector<RulePoint>& frontier, double correct_images);

}  // namespace offramp
