#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace offramp {

/// People counted at even times.
struct CountSeries {
  static constexpr std::int32_t kMissing = -1;

  std::string name;   ///< "wildtrack/wildtrack/3": what the file's columns say, or the file's name
  std::string scene;  ///< "wildtrack/wildtrack": cameras of a scene share their time
  double start_s = 0;
  double step_s = 0;
  std::vector<std::int32_t> counts;  ///< one a step; kMissing where none was taken

  double length_s() const { return step_s * static_cast<double>(counts.size()); }
};

/// Reads CSV with a line of names: `count` and `time_s`, or `frame` where the time is empty or absent; and
/// where there are more series than one `dataset`, `sequence` and `camera`. Other columns are skipped. Steps
/// in which no count was taken may be left out; in between, times are even (within a quarter of a step).
/// @param source            the file's name in messages, and of its only series
/// @param frame_interval_s  the time from frame to frame, for series without times
/// @throws UserError with the line, what was found and what to do
std::vector<CountSeries> read_count_series(std::istream& in, const std::string& source,
                                           std::optional<double> frame_interval_s);

/// Part of a series, from one count up to another.
CountSeries part_of(const CountSeries& series, std::size_t from, std::size_t to);

}  // namespace offramp
