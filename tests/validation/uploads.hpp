#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "tests/validation/csv_table.hpp"

namespace offramp::validation {

/// A scenario whose uploads are looked at: Offramp's own simulator, with devices and a cloud that compute in
/// no time, so that nothing but the network is left.
struct UploadCase {
  Scenario scenario;
  std::vector<std::uint32_t> message_bytes;  ///< of each group of devices
  std::optional<std::size_t> group = 0;      ///< whose uploads are looked at; none: everybody's
};

struct Upload {
  double sent_s = 0;      ///< given to the connection
  double received_s = 0;  ///< the last byte is in the cloud; NaN: not by the horizon
  double took_s() const { return received_s - sent_s; }
};

/// A device that sends a message every `period_s` seconds on a kept connection.
UploadCase lone_device(const CsvRow& path, double period_s, std::size_t messages);
/// One message on a new connection over the row's lossy link.
UploadCase lossy_upload(const CsvRow& row, std::uint32_t message_bytes);
/// As many new connections as the row's `flows`, the next a tenth of a millisecond after the one before.
UploadCase sharing_devices(const CsvRow& row);
/// Small messages on a kept connection beside as many endless uploads as the row's `bulks`.
UploadCase beside_bulk(const CsvRow& row);
/// The row's devices with Poisson uploads; the same arrivals as poisson_uploads.
UploadCase dumbbell(const CsvRow& row);

/// The uploads of every case in the order in which they were sent, each simulated in a process of its own.
std::vector<std::vector<Upload>> simulate_uploads(const std::vector<UploadCase>& cases);

}  // namespace offramp::validation
