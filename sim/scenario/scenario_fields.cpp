#include "sim/scenario/scenario_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/scenario/allowed_path.hpp"
#include "sim/scenario/yaml_text.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kMaxReplications = 1'000'000;
constexpr std::size_t kLongestName = 64;

void read_scenario_name(const YamlCursor& cursor, std::string& name) {
  if (!cursor.read_text(name, "campus")) return;
  if (!is_plain_name(name, "._-") || name.front() == '.' || name.size() > kLongestName)
    cursor.refuse(
        fmt::format("\"{}\" cannot name a directory of results; allowed: up to {} letters, digits, "
                    "\"-\", \"_\" and \".\"",
                    name, kLongestName));
}

/// Each device's rate is kept in windows of 0.1 s.
void check_rate_windows(const YamlCursor& flag, const Scenario& scenario) {
  constexpr double kMostWindows = 5e7, kWindowsPerS = 10;
  double devices = 0;
  for (const DeviceGroup& group : scenario.devices) devices += static_cast<double>(group.count);
  const double windows = devices * scenario.duration_s * kWindowsPerS;
  if (windows > kMostWindows)
    flag.refuse(
        fmt::format("{:.3g} devices over {:.3g} s are {:.2g} windows of 0.1 s; allowed: up to {:.0g}; "
                    "simulate a shorter time, or fewer devices",
                    devices, scenario.duration_s, windows, kMostWindows));
}

OutputSpec read_output(const YamlCursor& cursor, const Scenario& scenario) {
  OutputSpec output;
  YamlMap map(cursor);
  map.optional("requests").read_flag(output.requests);
  map.optional("figures").read_flag(output.figures);
  const YamlCursor rates = map.optional("transfer_rates");
  if (rates.read_flag(output.transfer_rates) && output.transfer_rates) check_rate_windows(rates, scenario);
  map.finish();
  return output;
}

void read_comparison_settings(const YamlCursor& cursor, ComparisonSpec& comparison) {
  for (const auto& [key, value] : cursor.entries()) {
    if (key == "compare" || key.starts_with("compare."))
      value.refuse("a comparison cannot change the comparisons");
    else
      comparison.set.emplace_back(key, flow_text(*value.node()));
  }
}

}  // namespace

bool is_plain_name(const std::string& text, std::string_view extra) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || extra.find(c) != std::string_view::npos;
  });
}

std::optional<std::filesystem::path> read_path(const YamlCursor& cursor, const FieldContext& context,
                                               std::string_view example) {
  std::string name;
  if (!cursor.read_text(name, example)) return std::nullopt;
  try {
    return allowed_path(context.base, name);
  } catch (const UserError& error) {
    cursor.refuse(error.problems().front().message);
    return std::nullopt;
  }
}

std::vector<ComparisonSpec> read_comparisons(const YamlCursor& cursor) {
  std::vector<ComparisonSpec> comparisons;
  for (const YamlCursor& item : cursor.items()) {
    ComparisonSpec comparison;
    YamlMap map(item);
    const YamlCursor name = map.required("name", "name: cloud_only");
    const YamlCursor set = map.optional("set");
    map.finish();
    read_comparison_settings(set, comparison);
    if (!name.read_text(comparison.name, "cloud_only")) continue;
    const bool lower = std::none_of(comparison.name.begin(), comparison.name.end(),
                                    [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; });
    if (!lower || !is_plain_name(comparison.name, "_-"))
      name.refuse(
          fmt::format("\"{}\" is no name; allowed: small letters, digits, \"_\" and \"-\"", comparison.name));
    const bool taken = std::any_of(comparisons.begin(), comparisons.end(), [&](const ComparisonSpec& other) {
      return other.name == comparison.name;
    });
    if (taken)
      name.refuse(fmt::format("\"{}\" names two comparisons; give each a name of its own", comparison.name));
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

namespace {

/// A number, or {until: {metric: latency_s.p95, half_width: 2%}, max: 50}.
void read_replications(const YamlCursor& cursor, Scenario& scenario) {
  if (!cursor) return;
  std::uint64_t replications = scenario.replications;
  if (cursor.node()->kind != YamlNode::Kind::map) {
    cursor.read_whole(replications, 1, kMaxReplications);
    scenario.replications = replications;
    return;
  }
  PrecisionGoal goal;
  YamlMap map(cursor);
  const YamlCursor until_cursor = map.required("until", "until: {metric: latency_s.p95, half_width: 2%}");
  const YamlCursor max = map.required("max", "max: 50");
  const YamlCursor least_cursor = map.optional("least");
  map.finish();
  YamlMap until(until_cursor);
  until.required("metric", "metric: latency_s.p95").read_text(goal.metric, "latency_s.p95");
  const YamlCursor half_width = until.required("half_width", "half_width: 2%");
  until.finish();
  half_width.read_share(goal.half_width, kPositive);
  goal.relative = half_width && half_width.node()->text.ends_with('%');
  max.read_whole(replications, 2, kMaxReplications);
  std::uint64_t least = std::min<std::uint64_t>(goal.least, replications);
  least_cursor.read_whole(least, 2, replications);
  goal.least = least;
  scenario.replications = replications;
  scenario.until = goal;
}

void read_warm_up(const YamlCursor& cursor, Scenario& scenario) {
  scenario.warmup_auto = cursor.is_word("auto");
  cursor.read_quantity_or("auto", scenario.warmup_s, kDuration, kNotNegative);
}

}  // namespace

Scenario read_scenario_fields(const YamlCursor& root, const FieldContext& context) {
  Scenario scenario;
  YamlMap map(root);
  read_scenario_name(map.required("name", "name: campus"), scenario.name);
  map.required("duration", "duration: 3min").read_quantity(scenario.duration_s, kDuration, kPositive);
  read_warm_up(map.optional("warmup"), scenario);
  map.optional("start").read_time_of_day(scenario.start_s);
  if (const YamlCursor deadline = map.optional("deadline"))
    deadline.read_quantity(scenario.deadline_s.emplace(), kDuration, kPositive);
  read_replications(map.optional("replications"), scenario);
  map.optional("seed").read_whole(scenario.seed, 0, std::numeric_limits<std::uint64_t>::max());

  const YamlCursor devices = map.required("devices", "devices: [{count: 100, type: raspberry_pi_4, ...}]");
  scenario.network =
      read_network(map.required("network", "network: {access: {...}, uplink: {...}}"), context);
  FieldContext within = context;
  within.has_deadline = scenario.deadline_s.has_value();
  scenario.devices = read_device_groups(devices, scenario.network, within);
  scenario.cloud = read_cloud(map.required("cloud", "cloud: {type: nvidia_t4}"), context);
  scenario.outages = read_outages(map.optional("outages"), scenario.network, scenario.devices);
  scenario.compare = read_comparisons(map.optional("compare"));
  if (const YamlCursor output = map.optional("output")) scenario.output = read_output(output, scenario);
  map.finish();
  return scenario;
}

}  // namespace offramp
