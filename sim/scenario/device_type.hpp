#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace offramp {

/// What a type's overheads, rate and bandwidth were fitted to (sim/platform/device_fit.hpp).
struct FitSource {
  std::filesystem::path measurements;  ///< absolute
  std::string machine;                 ///< whose rows of that file
  double peak_flops_per_s = 0;         ///< of that machine's data sheet; the fit stays below
  double peak_memory_bytes_per_s = 0;
  double slower = 1;  ///< this type takes so many times as long as the machine that was measured

  bool operator==(const FitSource&) const = default;
};

/// A user's own measured times of one model at batch 1.
struct SegmentTimes {
  std::vector<double> backbone_s;  ///< [exits]
  std::vector<double> heads_s;     ///< [exits]; empty: the backbone's times include them

  bool operator==(const SegmentTimes&) const = default;
};

/// A kind of processor, as scenarios/devices/NAME.yaml describes it, with a source for each figure.
struct DeviceType {
  std::string name;
  std::string description;
  bool has_figures = true;         ///< false: only the models of segments_s can run here
  double overhead_s_per_run = 0;   ///< of starting a run: a network, or a piece of it that ends in a decision
  double overhead_s_per_call = 0;  ///< of starting one operator
  double flops_per_s = 0;          ///< effective rate
  double memory_bytes_per_s = 0;   ///< bandwidth
  /// Figures that no measurement tells from the data sheet's peak, which then stands: "rate",
  /// "memory_bandwidth".
  std::vector<std::string> not_identified;
  /// Times may be wrong by this factor either way, besides what the fit's own interval says; 0: nobody knows.
  double margin = 0;
  std::optional<FitSource> fit;
  std::map<std::string, SegmentTimes> segments_s;  ///< by model, instead of the figures above
  double memory_bytes = 0;                         ///< size
  double bytes_per_value = 4;  ///< of a weight or an element of a feature: its precision in memory
  double zstd_s_per_byte = 0;  ///< the yardstick of ExitProfile::zstd_s_per_byte, on this device
  double idle_w = 0;
  double busy_w = 0;
  double radio_j_per_byte = 0;  ///< sending a byte over the access link
  double radio_w = 0;           ///< more than idle or busy, while it sends (bytes at its access link's rate)
  /// Standard deviation of a piece of work's time over its mean; 0: every run takes its mean.
  double service_spread = 0;
  std::string basis;           ///< "measured" or "from data sheet"
  std::filesystem::path file;  ///< absolute

  bool operator==(const DeviceType&) const = default;
};

/// Reads the file itself when `name_or_file` ends in ".yaml" (relative to `base`), else the first NAME.yaml
/// of `base` (if any), the user's own folder ($XDG_CONFIG_HOME/offramp/devices) and scenarios/devices.
/// @throws UserError with every problem of the file, or with the names there are
DeviceType read_device_type(const std::string& name_or_file, const std::filesystem::path& base);

/// The names of scenarios/devices/ and of the user's own folder.
std::vector<std::string> list_device_types();

/// The type that `offramp calibrate` writes, and where.
inline constexpr const char* kThisMachine = "this_machine";
std::filesystem::path this_machine_file();

/// What read_device_type does when kThisMachine is named and its file is not there: the program that has
/// `calibrate` says how to make it. Without one, the name is unknown like any other.
void set_calibration(std::function<void()> calibrate);

}  // namespace offramp
