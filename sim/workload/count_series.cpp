#include "sim/workload/count_series.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr std::size_t kAbsent = std::numeric_limits<std::size_t>::max();
/// A later time may be so many steps after the last; further apart, it is another series.
constexpr double kMostSteps = 1e6;

std::vector<std::string> fields_of(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> fields(1);
  for (const char c : line)
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  return fields;
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

struct Columns {
  std::size_t size = 0, time = kAbsent, frame = kAbsent, count = kAbsent;
  std::vector<std::size_t> scene;
  std::size_t camera = kAbsent;
};

Columns columns_of(const std::vector<std::string>& names, const Place& place) {
  const auto find = [&](const char* name) {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? kAbsent : static_cast<std::size_t>(at - names.begin());
  };
  Columns columns{names.size(), find("time_s"), find("frame"), find("count"), {}, find("camera")};
  for (const char* name : {"dataset", "sequence"})
    if (find(name) != kAbsent) columns.scene.push_back(find(name));
  if (columns.count == kAbsent || (columns.time == kAbsent && columns.frame == kAbsent))
    throw UserError(place, fmt::format("the first line names \"{}\"; it must name the columns \"count\" and "
                                       "\"time_s\" (or \"frame\"), for example time_s,count",
                                       fmt::join(names, ",")));
  return columns;
}

struct Row {
  double at = 0;  ///< seconds, or frames
  std::int32_t count = 0;
  int line = 0;
};

struct Rows {
  std::string scene;
  bool timed = true;
  std::vector<Row> rows;
};

Row read_row(const std::vector<std::string>& fields, std::size_t time_column, const Columns& columns,
             const Place& place) {
  Row row;
  row.line = place.line;
  if (!parse(fields[time_column], row.at) || !std::isfinite(row.at))
    throw UserError(place,
                    fmt::format("{}: \"{}\" is no number", time_column == columns.time ? "time_s" : "frame",
                                fields[time_column]));
  const std::string& count = fields[columns.count];
  if (!parse(count, row.count) || row.count < 0)
    throw UserError(place, fmt::format("count: \"{}\" is not a whole number of people, 0 or more", count));
  return row;
}

/// Times on an even grid: each is so many whole steps behind the one before.
CountSeries on_grid(const std::string& name, const Rows& rows, double seconds_per_unit,
                    const std::string& source) {
  constexpr double kTolerance = 0.25;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < rows.rows.size(); ++i) gaps.push_back(rows.rows[i].at - rows.rows[i - 1].at);
  for (std::size_t i = 0; i < gaps.size(); ++i)
    if (gaps[i] <= 0)
      throw UserError(
          Place{source, rows.rows[i + 1].line},
          fmt::format("{} is not after {}, the time before it in series {}; sort the counts by time",
                      rows.rows[i + 1].at, rows.rows[i].at, name));
  std::vector<double> sorted = gaps;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                   sorted.end());
  const double usual = sorted[sorted.size() / 2];

  CountSeries series;
  series.name = name;
  series.scene = rows.scene;
  series.start_s = rows.rows.front().at * seconds_per_unit;
  series.counts.assign(1, rows.rows.front().count);
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double steps = gaps[i] / usual;
    if (std::abs(steps - std::round(steps)) > kTolerance || steps < kTolerance || steps > kMostSteps)
      throw UserError(
          Place{source, rows.rows[i + 1].line},
          fmt::format("series {} goes on after {:.6g}, which is no whole number of its usual steps "
                      "of {:.6g}; give counts at even times",
                      name, gaps[i], usual));
    series.counts.resize(series.counts.size() + static_cast<std::size_t>(std::round(steps)) - 1,
                         CountSeries::kMissing);
    series.counts.push_back(rows.rows[i + 1].count);
  }
  const double last = rows.rows.back().at - rows.rows.front().at;
  series.step_s = last / static_cast<double>(series.counts.size() - 1) * seconds_per_unit;
  return series;
}

std::string joined(const std::vector<std::string>& fields, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) text += (text.empty() ? "" : "/") + fields[column];
  return text;
}

}  // namespace

std::vector<CountSeries> read_count_series(std::istream& in, const std::string& source,
                                           std::optional<double> frame_interval_s) {
  Place place{source, 1};
  std::string line;
  if (!std::getline(in, line)) throw UserError(Place{source}, "is empty; give CSV with columns time_s,count");
  if (line.size() >= 5 && (line.compare(1, 4, "7zXZ") == 0 || line.compare(0, 2, "\x1f\x8b") == 0))
    throw UserError(Place{source},
                    fmt::format("is packed; unpack it on the way: {} {} | offramp fit-counts -",
                                line[0] == '\x1f' ? "gzip -dc" : "xz -dc", source));
  const Columns columns = columns_of(fields_of(line), place);
  std::vector<std::string> order;
  std::map<std::string, Rows> all;
  while (std::getline(in, line)) {
    ++place.line;
    if (line.empty() || line == "\r") continue;
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != columns.size)
      throw UserError(place,
                      fmt::format("has {} fields; the first line names {}", fields.size(), columns.size));
    const std::string scene = joined(fields, columns.scene);
    std::string name = scene;
    if (columns.camera != kAbsent) name += (name.empty() ? "" : "/") + fields[columns.camera];
    if (name.empty()) name = source;
    Rows& rows = all[name];
    const bool timed = columns.time != kAbsent && !fields[columns.time].empty();
    if (rows.rows.empty()) {
      order.push_back(name);
      rows.scene = scene;
      rows.timed = timed;
    }
    if (timed != rows.timed || (!timed && columns.frame == kAbsent))
      throw UserError(place, fmt::format("series {}: time_s is empty; give all of its times, or none and "
                                         "frames instead",
                                         name));
    rows.rows.push_back(read_row(fields, timed ? columns.time : columns.frame, columns, place));
  }
  if (order.empty()) throw UserError(Place{source}, "has no counts below its first line");
  std::vector<CountSeries> series;
  for (const std::string& name : order) {
    const Rows& rows = all[name];
    const Place first{source, rows.rows.front().line};
    if (rows.rows.size() < 10)
      throw UserError(
          first, fmt::format("series {} has {} counts; 10 are the least from which anything follows", name,
                             rows.rows.size()));
    if (!rows.timed && !frame_interval_s)
      throw UserError(first,
                      fmt::format("series {} has frames without times; say how far they are apart, for "
                                  "example --frame-interval 0.5s",
                                  name));
    series.push_back(on_grid(name, rows, rows.timed ? 1 : *frame_interval_s, source));
  }
  return series;
}

CountSeries part_of(const CountSeries& series, std::size_t from, std::size_t to) {
  CountSeries part = series;
  part.start_s += series.step_s * static_cast<double>(from);
  part.counts.assign(series.counts.begin() + static_cast<std::ptrdiff_t>(from),
                     series.counts.begin() + static_cast<std::ptrdiff_t>(to));
  return part;
}

}  // namespace offramp
