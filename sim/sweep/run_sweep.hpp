#pragma once

#include <cstddef>
#include <functional>

#include "sim/record/metric.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/sweep.hpp"

namespace offramp {

/// One replication of a point; runs in a process of its own.
using SimulatePoint = std::function<ReplicationResult(std::size_t point, std::size_t replication)>;

/// How far a sweep is.
struct SweepProgress {
  std::size_t runs = 0;      ///< replications of all points
  std::size_t done = 0;      ///< stored or failed for good, in earlier starts too
  double requests = 0;       ///< about so many have to be simulated in this start
  double requests_done = 0;  ///< of these
};

struct SweepEnd {
  std::size_t stored = 0;  ///< in this start
  std::size_t failed = 0;  ///< for good, in this start
  bool interrupted = false;
  SweepProgress progress;  ///< at the end
};

/// Runs every replication that the store does not have, `jobs` at a time, each in a forked process, and
/// stores each as it ends. One that fails is tried once more, then recorded with its error; the others go on.
/// A signal ends it early: what is under way is dropped and runs at the next start.
/// @param chosen  which points; all when there is none
SweepEnd run_sweep(const Sweep& sweep, const SimulatePoint& simulate, ResultStore& store, std::size_t jobs,
                   const std::function<void(const SweepProgress&)>& on_progress = {},
                   const std::function<bool(std::size_t point)>& chosen = {});

/// About how many requests a replication of a scenario simulates, warm-up included.
double expected_requests(const Scenario& scenario);

}  // namespace offramp
