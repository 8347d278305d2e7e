#pragma once

#include <cstddef>
#include <functional>

#include "sim/record/metric.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/sweep.hpp"

namespace offramp {

/// One replication of a point; runs in a process of its own.
using SimulatePoint = std::function<ReplicationResult(std::size_t point, std::size_t replication)>;

/// For points with `warmup: auto`: it is measured once a point, before its replications.
struct WarmUpPilots {
  std::function<double(std::size_t point)> measure;  ///< runs in a process of its own
  /// In this process, when it is known: replications that start from now on see what this leaves.
  std::function<void(std::size_t point, double warm_up_s)> settled;
};

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
/// @param pilots  without them every replication has to know its warm-up itself; a pilot that fails twice
///                fails its point's replications
SweepEnd run_sweep(const Sweep& sweep, const SimulatePoint& simulate, ResultStore& store, std::size_t jobs,
                   const std::function<void(const SweepProgress&)>& on_progress = {},
                   const std::function<bool(std::size_t point)>& chosen = {},
                   const WarmUpPilots& pilots = {});

/// How many replications of a point are still to run, as far as the store knows: with a goal for the interval
/// (`replications: {until: ...}`), at least so many, and 0 when it is reached.
std::size_t runs_left(const Sweep& sweep, ResultStore& store, std::size_t point);

/// About how many requests a replication of a scenario simulates, warm-up included.
double expected_requests(const Scenario& scenario);

}  // namespace offramp
