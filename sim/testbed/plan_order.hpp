#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"
#include "sim/testbed/emulated_star.hpp"
#include "sim/testbed/work_order.hpp"

namespace offramp {

/// @param shaped  whether the network is to be emulated, so that its settings matter
/// @throws UserError with all that real processes cannot do of this scenario
void check_testbed(const Scenario& scenario, bool shaped);

/// The group of each device, over all groups.
std::vector<std::uint32_t> groups_of_devices(const Scenario& scenario);

/// What the processes are to do: the requests of one replication, as the simulator draws them, and how long
/// each piece of work takes on the types that the scenario names, as the simulator has it.
/// @param routes    plan_routes of the scenario
/// @param profiles  by the directory of their model
WorkOrder plan_order(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                     const std::map<std::string, ExitProfile>& profiles, std::uint64_t replication);

/// The links of a scenario. The slower of a device's two is the bottleneck, whose buffer drops; the other has
/// room for all.
StarShape star_of(const Scenario& scenario);

}  // namespace offramp
