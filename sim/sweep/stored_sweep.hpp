#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/stats/estimate.hpp"

namespace offramp {

/// What stands in a store, for those who only read.
struct StoredSweep {
  struct Point {
    std::int64_t number = 0;
    std::vector<std::string> values;           ///< one for each parameter
    std::vector<std::vector<double>> figures;  ///< [replication][metric]; NaN: undefined
    std::vector<double> sampling_errors;       ///< [metric]: of the profile's images; 0 where there are none
    std::vector<std::string> errors;           ///< of replications that failed
  };
  std::string name;
  std::vector<std::string> parameters;
  std::vector<std::string> metrics;
  std::vector<Point> points;

  /// Over the replications of a point, with the sampling error of its images in the interval.
  /// @return nothing when the figure is undefined in all of them
  static std::optional<Estimate> estimate(const Point& point, std::size_t metric);
  /// @return nothing when there is no such metric
  std::optional<std::size_t> find_metric(const std::string& metric) const;
};

/// @param directory  of the sweep, or the file itself. @throws UserError when it is no store
StoredSweep read_stored_sweep(const std::filesystem::path& directory);

/// The resolved scenario of each point, by its number. @throws UserError when it is no store
std::map<std::int64_t, std::string> stored_scenarios(const std::filesystem::path& directory);

/// Which builds of Offramp made the results. @throws UserError when it is no store
std::vector<std::string> stored_builds(const std::filesystem::path& directory);

/// The table `results` as CSV with a header, by point and replication.
std::string results_csv(const std::filesystem::path& directory);

}  // namespace offramp
