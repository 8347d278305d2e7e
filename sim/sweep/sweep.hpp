#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/sweep/axis.hpp"

namespace offramp {

/// One setting of all parameters, as a scenario of its own.
struct SweepPoint {
  std::vector<std::string> values;  ///< YAML text, one for each of Sweep::parameters
  Scenario scenario;                ///< without comparisons
  /// Digest of parameters and resolved scenario, but for how many replications there are: a finished
  /// replication of the same key need not run again.
  std::string key;
};

/// A study: a base scenario and the points at which it is looked at.
struct Sweep {
  std::string name;
  std::vector<std::string> parameters;  ///< dotted keys, in the order of the axes
  std::vector<SweepPoint> points;       ///< the last axis changes fastest; no two have one key
  std::vector<std::string> notes;       ///< what was left out and why, for people
};

/// What the command line adds to a sweep's file.
struct SweepAdditions {
  std::vector<std::string> vary;                         ///< "KEY=VALUES", each an axis behind the file's
  std::vector<std::pair<std::string, std::string>> set;  ///< overrides, after the file's
};

/// Reads a sweep and every scenario of it, so that whatever is wrong is told before anything runs:
///
///   name: thresholds          # optional; else the file's name
///   base: campus.yaml         # a scenario, seen from this file
///   set: {duration: 60s}      # overrides that hold at every point
///   axes:                     # all combinations of
///     devices.0.count: [100, 200, 400]
///     network.uplink.bandwidth: {from: 1Mbps, to: 10Mbps, points: 4, scale: log}
///   zipped:                   # keys whose values go in step: each entry is one axis
///     - {devices.0.offload.from: [input, exit 0], devices.0.offload.codec: [jpeg75, int8_zstd]}
///   sample: {method: latin_hypercube, points: 20, keys: {...}}   # read_sample: one axis of 20 rows
///   where:                    # only points at which all of these hold (Condition)
///     - devices.0.count <= 200
///
/// A file without `base` is a scenario, and the axes are those of `additions.vary`.
/// @throws UserError with every problem; axis values that a scenario refuses have the place of their axis
Sweep read_sweep(const std::filesystem::path& file, const SweepAdditions& additions);

}  // namespace offramp
