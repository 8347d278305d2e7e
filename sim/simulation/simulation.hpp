#pragma once

#include <cstdint>
#include <vector>

#include "sim/record/metric.hpp"
#include "sim/record/request_record.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// One replication, whole.
struct Replication {
  ReplicationResult result;             ///< write_s is the caller's
  std::vector<RequestRecord> requests;  ///< when the scenario's output asks for them
};

/// Simulates a scenario once, from time 0 to its horizon (warm-up + duration).
///
/// SimGrid has one Engine a process, so this can be called once in a process: fork first.
/// @param routes       one for each of route_owners, from plan_route
/// @param replication  names the random streams, with the scenario's seed
/// @param share_done   told a few times a second how far it is, from 0 to 1; null: nobody asks
Replication simulate(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                     std::uint64_t replication, volatile double* share_done = nullptr);

}  // namespace offramp
