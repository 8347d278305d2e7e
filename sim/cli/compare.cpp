#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/stats/difference.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/core/progress.hpp"
#include "sim/platform/platform_file.hpp"
#include "sim/record/replications_csv.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/run_variants.hpp"
#include "sim/sweep/settle_warm_up.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct CompareOptions {
  std::vector<std::string> sides;
  std::vector<std::string> metrics{"latency_s.mean", "latency_s.p95", "accuracy.top1",
                                   "uplink.payload_bytes_per_request", "energy_j.per_request"};
  bool as_json = false;
};

/// One of the two that are compared.
struct Side {
  std::string name;
  std::uint64_t seed = 0;
  ReplicationTable table;
};

Side from_run(const fs::path& directory) {
  std::ifstream in(directory / "manifest.json");
  const Json manifest = Json::parse(in, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("seed"))
    throw UserError(Place{directory.string()}, "is no run directory: it has no manifest.json with a seed");
  return {directory.string(), manifest["seed"].get<std::uint64_t>(), read_replications_csv(directory)};
}

/// Simulates a scenario here and now; nothing is written.
Side from_scenario(const fs::path& file) {
  Scenario scenario = read_scenario(file, {{"compare", "null"}, {"output.requests", "false"}});
  check_platform_file(scenario.network);
  const auto profiles = profiles_for({&scenario});
  std::vector<Variant> variants;
  check_precision_goal(scenario);
  variants.push_back({scenario.name, scenario, plan_routes(scenario, profiles), {}});
  if (scenario.warmup_auto) variants[0].scenario.warmup_s = settled_warm_up_s(scenario, variants[0].routes);
  constexpr std::uint64_t kSteps = 1000;  // of a replication
  Progress progress(fmt::format("Simulating {}", scenario.name), kSteps * scenario.replications);
  const auto show = [&](double done) { progress.update(static_cast<std::uint64_t>(kSteps * done)); };
  const auto results =
      run_variants(variants, progress.visible() ? std::function<void(double)>(show) : nullptr);
  return {scenario.name, scenario.seed, replication_table(results[0])};
}

Side side_of(const std::string& text) {
  const fs::path path = text;
  return fs::is_directory(path) ? from_run(path) : from_scenario(path);
}

/// 0.01234567 -> "0.01235"; never a power of ten in plain sizes.
std::string plain(double value) { return fmt::format("{:.4g}", value); }

/// "0.0041 (10.3 %) lower", with the interval turned the same way.
std::string sentence(const std::string& metric, const Side& a, const Side& b, const Estimate& difference,
                     double value_a, bool paired) {
  const std::string how = paired ? "under common random numbers" : "independent runs";
  if (!difference.ci95)
    return fmt::format("{}: {} is {} {} than {}; one replication has no interval.", metric, b.name,
                       plain(std::abs(difference.value)), difference.value < 0 ? "lower" : "higher", a.name);
  const auto [low, high] = *difference.ci95;
  if (low == 0 && high == 0)
    return fmt::format("{}: {} and {} are equal in every replication.", metric, a.name, b.name);
  if (low <= 0 && high >= 0)
    return fmt::format("{}: no difference can be seen; {} minus {} is between {} and {} ({}).", metric,
                       b.name, a.name, plain(low), plain(high), how);
  const bool lower = difference.value < 0;
  const double near = lower ? -high : low;
  const double far = lower ? -low : high;
  const std::string share =
      value_a == 0 ? "" : fmt::format(" ({:.1f} %)", 100 * std::abs(difference.value / value_a));
  return fmt::format("{}: {} is {}{} {} than {}; 95 % sure of {} to {} ({}).", metric, b.name,
                     plain(std::abs(difference.value)), share, lower ? "lower" : "higher", a.name,
                     plain(near), plain(far), how);
}

const std::vector<double>& column(const Side& side, const std::string& metric) {
  const auto at = std::find(side.table.metrics.begin(), side.table.metrics.end(), metric);
  if (at == side.table.metrics.end())
    throw UserError(Place{"--metric " + metric},
                    "is no figure of " + side.name + suggestion(metric, side.table.metrics));
  return side.table.values[static_cast<std::size_t>(at - side.table.metrics.begin())];
}

void compare(const CompareOptions& options) {
  Side a = side_of(options.sides[0]);
  Side b = side_of(options.sides[1]);
  if (a.name == b.name) {
    a.name = options.sides[0];
    b.name = options.sides[1];
  }
  const bool paired = a.seed == b.seed && a.table.replications() == b.table.replications();
  Json document = {{"a", a.name}, {"b", b.name}, {"paired", paired}};
  if (!paired && !options.as_json)
    fmt::print("Seeds or numbers of replications differ, so the two are compared as independent runs.\n");
  for (const std::string& metric : options.metrics) {
    const std::vector<double>& of_a = column(a, metric);
    const std::vector<double>& of_b = column(b, metric);
    const std::optional<Estimate> difference =
        paired ? paired_difference(of_a, of_b) : welch_difference(of_a, of_b);
    if (options.as_json) {
      Json ci = nullptr;
      if (difference && difference->ci95) ci = {difference->ci95->first, difference->ci95->second};
      document["differences"][metric] =
          difference ? Json{{"value", difference->value}, {"ci95", ci}} : Json(nullptr);
    } else if (!difference) {
      fmt::print("{}: undefined in one of the two.\n", metric);
    } else {
      const std::optional<Estimate> value_a = estimate_mean(of_a);
      fmt::print("{}\n", sentence(metric, a, b, *difference, value_a ? value_a->value : 0, paired));
    }
  }
  if (options.as_json) fmt::print("{}\n", document.dump(2));
}

}  // namespace

void add_compare_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("compare", "Say how two runs or scenarios differ, and how sure that is");
  auto options = std::make_shared<CompareOptions>();
  command
      ->add_option("sides", options->sides, "Two run directories, or scenario files that are then simulated")
      ->expected(2)
      ->required();
  command->add_option("--metric", options->metrics, "Figures to compare, by their name in summary.json")
      ->type_name("KEY,...")
      ->delimiter(',');
  command->add_flag("--json", options->as_json, "Print differences as JSON instead of sentences");
  command->footer("Example:  offramp compare runs/quickstart runs/quickstart/compare/cloud_only");
  command->callback([options] { compare(*options); });
}

}  // namespace offramp
