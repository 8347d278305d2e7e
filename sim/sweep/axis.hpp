#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/scenario/yaml_cursor.hpp"

namespace offramp {

/// Parameters that move together, and the values that they take: one dotted key, or several in step.
struct Axis {
  std::vector<std::string> keys;
  /// [row][key], each the YAML text of a value. Rows are unlike each other or not: as they were asked for.
  std::vector<std::vector<std::string>> rows;
};

/// A range of numbers that all have one unit: "1Mbps" to "10Mbps".
struct NumberSpan {
  double from = 0;
  double to = 0;
  bool logarithmic = false;  ///< both ends above 0
  bool whole = false;        ///< values are rounded to whole numbers
  std::string unit;          ///< "Mbps", "%", or empty

  /// @param share  in [0, 1]
  std::string at(double share) const;
};

/// Reads the values of one parameter: a list of anything, or a range
///   {from: 1Mbps, to: 10Mbps, points: 4, scale: log}   or   {from: 0, to: 1, step: 0.25}
/// `scale` is linear or log; `whole: true` rounds, and leaves out what is then there twice.
std::vector<std::string> read_axis_values(const YamlCursor& cursor);

/// "KEY=100,200,400" or "KEY={from: ..., ...}" from the command line. @throws UserError
Axis parse_vary(const std::string& text);

/// Reads {method: latin_hypercube, points: 20, seed: 1, keys: {KEY: VALUES, ...}} into an axis of that many
/// rows (sample_shares). VALUES is a list, of which one is picked, or {from, to, scale, whole}.
Axis read_sample(const YamlCursor& cursor);

}  // namespace offramp
