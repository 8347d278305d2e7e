#include "sim/sweep/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "sim/core/error.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/yaml_map.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "sim/sweep/sample.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kMostPoints = 1'000'000;

/// A number and what stands behind it: "2.5Mbps" is 2.5 and "Mbps".
struct NumberWithUnit {
  double number = 0;
  std::string unit;
};

std::optional<NumberWithUnit> number_with_unit(const std::string& text) {
  NumberWithUnit read;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, read.number);
  if (error != std::errc{} || !std::isfinite(read.number)) return std::nullopt;
  read.unit.assign(stop, end);
  while (read.unit.starts_with(' ')) read.unit.erase(0, 1);
  return read;
}

bool read_end(const YamlCursor& cursor, NumberWithUnit& end) {
  std::string text;
  if (!cursor.read_text(text, "100, or with a unit 1Mbps")) return false;
  const std::optional<NumberWithUnit> read = number_with_unit(text);
  if (!read)
    cursor.refuse(fmt::format("\"{}\" is no number; write for example 100, or with a unit 1Mbps", text));
  else
    end = *read;
  return read.has_value();
}

/// @return nothing when something was refused
std::optional<NumberSpan> read_span(YamlMap& map) {
  const YamlCursor from_cursor = map.required("from", "from: 100");
  const YamlCursor to_cursor = map.required("to", "to: 400");
  const YamlCursor scale_cursor = map.optional("scale");
  NumberSpan span;
  std::string scale = "linear";
  bool good = true;
  if (scale_cursor) good = scale_cursor.read_choice(scale, {"linear", "log"});
  span.logarithmic = scale == "log";
  if (const YamlCursor whole = map.optional("whole")) good = whole.read_flag(span.whole) && good;
  NumberWithUnit from, to;
  if (!read_end(from_cursor, from) || !read_end(to_cursor, to) || !good) return std::nullopt;
  if (from.unit != to.unit) {
    to_cursor.refuse(fmt::format("its unit \"{}\" is not the unit of `from`, \"{}\"; write both in one",
                                 to.unit, from.unit));
    return std::nullopt;
  }
  if (span.logarithmic && (from.number <= 0 || to.number <= 0)) {
    scale_cursor.refuse("a logarithmic range needs ends above 0");
    return std::nullopt;
  }
  span.from = from.number;
  span.to = to.number;
  span.unit = from.unit;
  return span;
}

std::vector<std::string> values_of_range(const YamlCursor& cursor) {
  YamlMap map(cursor);
  const YamlCursor points_cursor = map.optional("points");
  const YamlCursor step_cursor = map.optional("step");
  const std::optional<NumberSpan> span = read_span(map);
  map.finish();
  std::uint64_t points = 0;
  if (points_cursor && step_cursor) {
    step_cursor.refuse("stands beside `points`; give one of the two");
    return {};
  }
  if (step_cursor) {
    NumberWithUnit step;
    if (!read_end(step_cursor, step) || !span) return {};
    const double steps = (span->to - span->from) / step.number;
    if (span->logarithmic || !step.unit.empty() || !(steps >= 0) ||
        steps >= static_cast<double>(kMostPoints)) {
      step_cursor.refuse("allowed: a number without a unit that leads from `from` to `to` on a linear scale");
      return {};
    }
    points = static_cast<std::uint64_t>(std::floor(steps + 1e-9)) + 1;
    std::vector<std::string> values;
    for (std::uint64_t i = 0; i < points; ++i)
      values.push_back(
          fmt::format("{:.12g}{}", span->from + static_cast<double>(i) * step.number, span->unit));
    return values;
  }
  if (!points_cursor) {
    if (span) cursor.refuse("missing key \"points\" (or \"step\"); add for example \"points: 5\"");
    return {};
  }
  if (!points_cursor.read_whole(points, 1, kMostPoints) || !span) return {};
  std::vector<std::string> values;
  for (std::uint64_t i = 0; i < points; ++i) {
    const double share = points == 1 ? 0 : static_cast<double>(i) / static_cast<double>(points - 1);
    std::string value = span->at(share);
    if (!span->whole || values.empty() || values.back() != value) values.push_back(std::move(value));
  }
  return values;
}

}  // namespace

std::string NumberSpan::at(double share) const {
  double value = logarithmic ? from * std::pow(to / from, share) : from + share * (to - from);
  if (share == 0) value = from;
  if (share == 1) value = to;
  if (whole) value = std::round(value);
  return fmt::format("{:.12g}{}", value, unit);
}

std::vector<std::string> read_axis_values(const YamlCursor& cursor) {
  if (!cursor) return {};
  if (cursor.node()->kind == YamlNode::Kind::map) return values_of_range(cursor);
  std::vector<std::string> values;
  for (const YamlCursor& item : cursor.items()) values.push_back(flow_text(*item.node()));
  if (values.empty() && cursor.node()->kind == YamlNode::Kind::sequence)
    cursor.refuse("is an empty list; give one value or more");
  return values;
}

Axis parse_vary(const std::string& text) {
  const std::size_t equals = text.find('=');
  const Place place{fmt::format("--vary {}", text.substr(0, equals))};
  if (equals == std::string::npos || equals == 0)
    throw UserError(place, "is not KEY=VALUES; write for example --vary devices.0.count=100,200,400");
  std::vector<Problem> problems;
  const std::optional<YamlNode> list =
      parse_yaml(fmt::format("[{}]", text.substr(equals + 1)), place.source, problems);
  Axis axis{{text.substr(0, equals)}, {}};
  std::vector<std::string> values;
  if (list) {
    const bool is_range = list->children.size() == 1 && list->children[0].kind == YamlNode::Kind::map &&
                          list->children[0].find("to") != nullptr;
    values = read_axis_values(YamlCursor(is_range ? &list->children[0] : &*list, "", problems));
  }
  for (Problem& problem : problems) problem.place = place;
  throw_if_any(std::move(problems));
  for (std::string& value : values) axis.rows.push_back({std::move(value)});
  return axis;
}

namespace {

/// What a sample picks from: a span, or a list.
struct Choices {
  std::optional<NumberSpan> span;
  std::vector<std::string> list;

  std::string at(double share) const {
    if (span) return span->at(share);
    const auto index = static_cast<std::size_t>(share * static_cast<double>(list.size()));
    return list[std::min(index, list.size() - 1)];
  }
};

Choices read_choices(const YamlCursor& cursor) {
  Choices choices;
  if (cursor.node()->kind == YamlNode::Kind::map) {
    YamlMap map(cursor);
    choices.span = read_span(map);
    map.finish();
  } else {
    choices.list = read_axis_values(cursor);
  }
  return choices;
}

}  // namespace

Axis read_sample(const YamlCursor& cursor) {
  if (!cursor) return {};
  YamlMap map(cursor);
  std::string method = "latin_hypercube";
  std::uint64_t points = 0;
  std::uint64_t seed = 1;
  const bool good = map.required("points", "points: 20").read_whole(points, 1, kMostPoints);
  if (const YamlCursor value = map.optional("method"))
    value.read_choice(method, {"random", "latin_hypercube"});
  map.optional("seed").read_whole(seed, 0, std::numeric_limits<std::uint64_t>::max());
  const YamlCursor keys = map.required("keys", "keys: {devices.0.count: {from: 10, to: 500, whole: true}}");
  map.finish();
  Axis axis;
  axis.rows.resize(good ? points : 0);
  for (const auto& [key, value] : keys.entries()) {
    const Choices choices = read_choices(value);
    if (!choices.span && choices.list.empty()) continue;
    const std::vector<double> shares =
        sample_shares(method == "random" ? SampleMethod::random : SampleMethod::latin_hypercube,
                      axis.rows.size(), seed, axis.keys.size());
    for (std::size_t row = 0; row < axis.rows.size(); ++row)
      axis.rows[row].push_back(choices.at(shares[row]));
    axis.keys.push_back(key);
  }
  return axis;
}

}  // namespace offramp
