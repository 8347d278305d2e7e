#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/record/metric.hpp"
#include "sim/sweep/sqlite.hpp"
#include "sim/sweep/sweep.hpp"

namespace offramp {

/// How one try of a replication went: what depends on when and where it ran.
struct TryRecord {
  double wall_s = 0;  ///< from the fork to the answer
  double loop_s = 0;
  double setup_s = 0;
  std::string error;  ///< empty: it was stored
};

/// The results of a sweep, in one SQLite file. Its tables:
///
///   results  a row a point and replication: `point`, `replication`, `seed`, each parameter and each figure
///   of
///            analysis/metrics.md as a column under its dotted name, and `error` when it failed twice.
///            The same sweep gives the same rows, whenever and in how many tries it ran.
///   image_sampling  `point`, `metric`, `standard_error`: what estimates over replications do not show
///   points   `point`, its `key` and its resolved `scenario`
///   tries    `point`, `replication`, `try`, `error`, wall-clock times, when, where and by which build
///   meta     `format`, and what the sweep is called
///
/// Each result is written in one transaction as it comes; a process that is killed leaves whole rows only.
class ResultStore {
 public:
  static constexpr const char* kFileName = "sweep.sqlite";
  static constexpr int kTries = 2;  ///< a replication that fails so often is recorded with its error

  /// Opens DIRECTORY/sweep.sqlite, or makes it; nobody else may write there meanwhile. Points that are new
  /// are added; those that are there keep their number.
  /// @param keys  of each point, unlike each other
  /// @throws UserError when the store holds a sweep over other parameters, or another process writes there
  ResultStore(const std::filesystem::path& directory, const Sweep& sweep,
              const std::vector<std::string>& keys);
  /// Leaves one file: the log of transactions is folded in.
  ~ResultStore();

  enum class State { missing, failed_once, stored, failed };
  State state(std::size_t point, std::size_t replication) const;
  /// One figure of a stored replication; NaN where it is undefined or not there.
  double figure(std::size_t point, std::size_t replication, const std::string& metric);
  /// How many replications, over all points, some other build of Offramp has stored.
  std::size_t stored_by_other_builds();

  void add(std::size_t point, std::size_t replication, const ReplicationResult& result, const TryRecord& how);
  /// @return what has become of it: failed_once, or failed
  State add_failure(std::size_t point, std::size_t replication, const TryRecord& how);
  /// Takes over what another store of the same sweep has and this one has not.
  void merge(const std::filesystem::path& other_directory);
  /// Forgets what failed, so that it runs again.
  void forget_failures();

 private:
  void number_points(const std::vector<std::string>& keys);
  void read_states();
  void insert_row(std::size_t point, std::size_t replication, const ReplicationResult* result,
                  const std::string& error);
  void insert_sampling(std::size_t point, const ReplicationResult& result);
  void insert_try(std::size_t point, std::size_t replication, const TryRecord& how);
  State& state_of(std::size_t point, std::size_t replication);

  const Sweep& sweep_;
  int lock_ = -1;
  std::unique_ptr<Database> database_;
  std::vector<std::int64_t> numbers_;       ///< in the store, of each point
  std::vector<std::vector<State>> states_;  ///< [point][replication]
  std::vector<std::string> columns_;        ///< of figures, in their order
};

}  // namespace offramp
