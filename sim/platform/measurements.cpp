#include "sim/platform/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>

#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/layers/registry.hpp"

namespace offramp {
namespace {

constexpr const char* kHeader = "machine,network,piece,milliseconds";
constexpr const char* kWhole = "whole";

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// @param fields  network, piece, milliseconds at 1, 2, 3
Measurement measurement(const std::vector<std::string>& fields, const Place& place) {
  Measurement one;
  one.name = fields[2];
  const std::optional<LayerPlan> plan = find_layer_plan(fields[1]);
  if (!plan)
    throw UserError(place, fmt::format("no layers are known of \"{}\"{}", fields[1],
                                       suggestion(fields[1], list_layer_plans())));
  std::size_t piece = 0;
  if (fields[2] == kWhole)
    one.cost = plan->total().cost;
  else if (parse(fields[2], piece) && piece < plan->segments.size()) {
    one.name = plan->segments[piece].name;
    one.cost = plan->segments[piece].layers.cost;
  } else
    throw UserError(place, fmt::format("\"{}\" is no piece of {}; allowed: 0 to {}, {}", fields[2], fields[1],
                                       plan->segments.size() - 1, kWhole));
  double milliseconds = 0;
  if (!parse(fields[3], milliseconds) || !std::isfinite(milliseconds) || milliseconds * 1e-3 <= 0)
    throw UserError(place, fmt::format("\"{}\" is not a positive number of milliseconds", fields[3]));
  one.seconds = milliseconds * 1e-3;
  return one;
}

}  // namespace

std::vector<Measurement> read_measurements(const std::filesystem::path& file, const std::string& machine) {
  std::ifstream stream(file);
  if (!stream) throw UserError(Place{file.string()}, "there is no such file");
  std::vector<Measurement> measured;
  std::set<std::string> machines;
  Place place{file.string()};
  bool header_seen = false;
  for (std::string line; std::getline(stream, line);) {
    ++place.line;
    if (line.empty() || line.front() == '#') continue;
    if (!header_seen) {
      if (line != kHeader) throw UserError(place, fmt::format("found \"{}\"; write \"{}\"", line, kHeader));
      header_seen = true;
      continue;
    }
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != 4)
      throw UserError(place, fmt::format("has {} fields; the header names 4", fields.size()));
    machines.insert(fields[0]);
    if (fields[0] == machine) measured.push_back(measurement(fields, place));
  }
  if (measured.empty())
    throw UserError(Place{file.string()},
                    fmt::format("has no machine \"{}\"{}", machine,
                                suggestion(machine, {machines.begin(), machines.end()})));
  const auto pieces = std::count_if(measured.begin(), measured.end(),
                                    [](const Measurement& one) { return one.name != kWhole; });
  for (Measurement& one : measured)
    if (one.name == kWhole) one.weight = std::sqrt(std::max<double>(1, static_cast<double>(pieces)));
  return measured;
}

}  // namespace offramp
