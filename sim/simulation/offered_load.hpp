#pragma once

#include <cstdint>
#include <vector>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// What the scenario asks of each kind of resource, in the order of a request's way; of resources of one kind
/// (devices, uplinks) the busiest. Whoever is overloaded passes on no more than it can, so that what lies
/// behind it is asked for that only. Demands are means over the profile's images; a cloud that batches is
/// taken at full batches, where it can do the most.
/// @param device_groups  for every device its group
/// @return empty for a user's own platform
std::vector<OfferedLoad> offered_loads(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                                       const std::vector<std::uint32_t>& device_groups);

}  // namespace offramp
