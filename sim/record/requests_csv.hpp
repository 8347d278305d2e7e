#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "sim/record/request_record.hpp"

namespace offramp {

/// Writes the rows of one replication to directory/requests.csv.REPLICATION, so that replications can write
/// at the same time. Columns: analysis/metrics.md.
/// @param with_gateways  the network has gateways that compute: their columns are written too
/// @throws UserError naming the file when it cannot be written (disk full)
void write_requests_part(const std::filesystem::path& directory, std::size_t replication,
                         std::span<const RequestRecord> requests, bool with_gateways = false);

/// Joins the parts of all replications behind a header into directory/requests.csv and removes them.
void join_requests_parts(const std::filesystem::path& directory, std::size_t replications,
                         bool with_gateways = false);

}  // namespace offramp
