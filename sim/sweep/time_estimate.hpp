#pragma once

#include <cstddef>
#include <vector>

#include "sim/sweep/run_sweep.hpp"

namespace offramp {

/// How long a sweep takes, from short runs of three of its points (fewest, middling and most requests).
struct TimeEstimate {
  double wall_s = 0;      ///< of what is missing, with that many jobs
  double requests = 0;    ///< of what is missing
  std::size_t tried = 0;  ///< points that were run for a moment
};

/// @param simulate_scenario  a replication of any scenario at one of the points; runs in a process of its own
/// @param missing            runs that are still to be done, by point
TimeEstimate estimate_time(
    const Sweep& sweep,
    const std::function<ReplicationResult(std::size_t point, const Scenario& scenario)>& simulate_scenario,
    const std::vector<std::size_t>& missing, std::size_t jobs);

}  // namespace offramp
