#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace offramp {

/// A kind of processor, as scenarios/devices/NAME.yaml describes it, with a source for each figure.
struct DeviceType {
  std::string name;
  std::string description;
  double overhead_s_per_run = 0;   ///< of starting a run: a network, or a piece of it that ends in a decision
  double overhead_s_per_call = 0;  ///< of starting one operator
  double flops_per_s = 0;          ///< effective rate
  double memory_bytes_per_s = 0;   ///< bandwidth
  double memory_bytes = 0;         ///< size
  double zstd_s_per_byte = 0;      ///< the yardstick of ExitProfile::zstd_s_per_byte, on this device
  double idle_w = 0;
  double busy_w = 0;
  double radio_j_per_byte = 0;  ///< sending a byte over the access link
  double radio_w = 0;           ///< more than idle or busy, while a transfer of the device is under way
  /// Standard deviation of a piece of work's time over its mean; 0: every run takes its mean.
  double service_spread = 0;
  std::string basis;           ///< "measured" or "data sheet"
  std::filesystem::path file;  ///< absolute

  bool operator==(const DeviceType&) const = default;
};

/// Reads scenarios/devices/NAME.yaml, or the file itself when `name_or_file` ends in ".yaml"
/// (relative to `base`). @throws UserError with every problem of the file, or with the names there are
DeviceType read_device_type(const std::string& name_or_file, const std::filesystem::path& base);

/// The names of scenarios/devices/.
std::vector<std::string> list_device_types();

}  // namespace offramp
