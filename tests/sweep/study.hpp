#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/sweep/result_store.hpp"
#include "sim/sweep/run_sweep.hpp"
#include "sim/sweep/stored_sweep.hpp"

namespace offramp {

/// A sweep of `points` points with `replications` each, over one parameter "devices.0.count", whose
/// "simulation" is a formula, in a directory of its own. What was simulated is kept in a file, so that it is
/// known after a crash too.
class Study {
 public:
  Study(std::size_t points, std::size_t replications);
  ~Study();
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  const Sweep& sweep() const { return sweep_; }
  std::filesystem::path directory() const { return root_ / "study"; }
  std::vector<std::string> keys() const;

  /// Notes that (point, replication) runs, and says what came of it.
  ReplicationResult simulate(std::size_t point, std::size_t replication) const;
  /// All that have run so far, as "POINT.REPLICATION".
  std::vector<std::string> simulated() const;

  /// Opens the store and runs what is missing.
  SweepEnd run(std::size_t jobs = 2) const;
  SweepEnd run(std::size_t jobs, const SimulatePoint& simulate) const;
  /// The same in a forked process. @return its wait status
  int run_apart(std::size_t jobs, const SimulatePoint& simulate) const;

  std::string rows() const { return results_csv(directory()); }

 private:
  std::filesystem::path root_;
  Sweep sweep_;
};

}  // namespace offramp
