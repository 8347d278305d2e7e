#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "sim/record/request_record.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// Writes requests as trace events of Chrome's format, which Perfetto (ui.perfetto.dev) and chrome://tracing
/// open. Devices, links and servers are tracks, what a request passes on them are slices, and arrows (flows)
/// lead from slice to slice. Slices of one track never overlap; where more is under way at one time (messages
/// on a link, batches of several servers) there is a track for each. Times are simulated, in microseconds.
///
/// Requests that a server began and ended together are one slice, a batch. Servers are alike: which of them
/// took a batch is chosen again here.
/// The rate on the uplinks is a counter.
/// @param requests  of one replication, in order of arrival
/// @param uplink_bytes  on the wire, in each window of TransferRateMeter
/// @param limit  how many of the requests, from the first on
/// @throws UserError naming the file when it cannot be written
void write_trace_events(const std::filesystem::path& path, const Scenario& scenario,
                        std::span<const RequestRecord> requests, std::span<const double> uplink_bytes,
                        std::size_t limit);

}  // namespace offramp
