#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// How long the warm-up of a scenario with `warmup: auto` is: its duration is simulated once from time 0 in a
/// process of its own, and MSER-5 (warm_up_mser5) looks at the latencies of its answered requests in order of
/// arrival. The same scenario and seed give the same warm-up.
/// @return nothing when the run does not settle within its first half
std::optional<double> measured_warm_up_s(const Scenario& scenario, const std::vector<RoutePlan>& routes);

/// The same. @throws UserError when the run does not settle
double settled_warm_up_s(const Scenario& scenario, const std::vector<RoutePlan>& routes);

}  // namespace offramp
