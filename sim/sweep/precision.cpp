#include "sim/sweep/precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/stats/estimate.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/record/recorder.hpp"

namespace offramp {

void check_precision_goal(const Scenario& scenario) {
  if (!scenario.until) return;
  const std::vector<std::string> names = metric_names(scenario);
  if (std::find(names.begin(), names.end(), scenario.until->metric) == names.end())
    throw UserError(Place{scenario.file.string()},
                    fmt::format("replications.until.metric: \"{}\" is no figure{}", scenario.until->metric,
                                suggestion(scenario.until->metric, names)));
}

std::optional<std::size_t> enough_replications(const Scenario& scenario, std::span<const double> values) {
  if (scenario.until) {
    const PrecisionGoal& goal = *scenario.until;
    for (std::size_t n = goal.least; n <= values.size(); ++n) {
      const std::optional<Estimate> estimate = estimate_mean(values.first(n));
      if (!estimate || !estimate->ci95) continue;
      const double half_width = (estimate->ci95->second - estimate->ci95->first) / 2;
      if (half_width <= (goal.relative ? goal.half_width * std::abs(estimate->value) : goal.half_width))
        return n;
    }
  }
  return values.size() >= scenario.replications ? std::optional(scenario.replications) : std::nullopt;
}

}  // namespace offramp
