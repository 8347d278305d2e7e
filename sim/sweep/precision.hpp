#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sim/scenario/scenario.hpp"

namespace offramp {

/// @throws UserError when the metric of `replications.until` is none
void check_precision_goal(const Scenario& scenario);

/// How many replications a scenario needs: of those that are there, taken in their order, the first that
/// bring the interval of `replications.until` down to its half width; all that it asks for when there is no
/// such goal. The answer does not depend on how many ran at once.
/// @param values  of the goal's metric, of replications 0, 1, ...; NaN where undefined
/// @return nothing when more are needed
std::optional<std::size_t> enough_replications(const Scenario& scenario, std::span<const double> values);

}  // namespace offramp
