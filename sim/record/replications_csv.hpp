#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/record/metric.hpp"

namespace offramp {

/// Every figure of every replication, by name: what estimates and comparisons are made from.
struct ReplicationTable {
  std::vector<std::string> metrics;
  std::vector<std::vector<double>> values;  ///< [metric][replication]; NaN: undefined

  std::size_t replications() const { return values.empty() ? 0 : values[0].size(); }
};

ReplicationTable replication_table(std::span<const ReplicationResult> replications);

/// replications.csv of a run directory: a row a replication, a column a figure; an undefined one is empty.
/// Numbers are written so that they read back exactly.
std::string replications_csv(const ReplicationTable& table);
/// @throws UserError when the directory has none that can be read
ReplicationTable read_replications_csv(const std::filesystem::path& directory);

}  // namespace offramp
