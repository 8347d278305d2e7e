#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/planning/constraint.hpp"
#include "sim/sweep/axis.hpp"

namespace offramp {

/// What a plan looks for: the largest or smallest value of a scenario's key ("devices.0.count"), or of a
/// figure of summary.json ("uplink.payload_bytes_per_request").
struct Objective {
  std::string key;
  bool maximize = true;
  bool is_figure = false;
};

/// The values that an objective's key can take, by level: the higher the level the better, and the harder.
class Levels {
 public:
  /// @param between  "1,1000" whole numbers one by one, or with a unit or a fraction "1Mbps,50Mbps" in steps
  /// of
  ///                 1 %. @throws UserError
  Levels(const std::string& between, bool maximize);

  std::int64_t count() const { return count_; }
  /// The YAML text at a level from 0 to count - 1.
  std::string text(std::int64_t level) const;

 private:
  NumberSpan span_;
  bool maximize_;
  std::int64_t count_ = 0;
};

/// Reads `--choose`: "KEY=A,B,C", or keys whose values the network's profile knows, "devices.0.policy,
/// devices.0.offload.from,devices.0.offload.codec". Of the latter the rows are left empty.
/// @throws UserError
std::vector<Axis> parse_choices(const std::vector<std::string>& texts);

}  // namespace offramp
