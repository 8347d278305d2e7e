#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// A ServerStation alone, fed by Poisson arrivals, without devices or network: what queueing theory speaks
/// of.
struct LoneStation {
  double arrivals_per_s = 1;
  CloudSpec spec;  ///< servers, batch and queue limit; the type is not asked
  std::function<double(std::size_t batch, RandomEngine& random)> service_s;
  double warmup_s = 0;
  double duration_s = 0;
};

/// What one replication measured: the requests that arrived after the warm-up.
struct StationFigures {
  double offered = 0;
  double dropped = 0;
  double mean_wait_s = 0;    ///< from arrival to start of service, of those that were started
  double share_waiting = 0;  ///< of the started, how many did not start at once
  double mean_batch = 0;     ///< requests a batch, over batches
  double utilization = 0;    ///< busy servers / servers
};

/// Independent replications, each in a process of its own.
std::vector<StationFigures> simulate_station(const LoneStation& station, std::size_t replications);

/// An interval that holds the true mean of a figure in 999 of 1000 experiments (Student's t).
struct Interval {
  double mean = 0;
  double half_width = 0;

  bool holds(double value) const { return value >= mean - half_width && value <= mean + half_width; }
};
Interval interval999(const std::vector<StationFigures>& runs,
                     const std::function<double(const StationFigures&)>& figure);

}  // namespace offramp
