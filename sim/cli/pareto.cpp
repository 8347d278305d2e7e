#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/stats/pareto.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/sweep_table.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

struct ParetoOptions {
  std::string directory;
  std::vector<std::string> minimize;
  std::vector<std::string> maximize;
  bool as_json = false;
};

/// Means over replications, with a sign that makes less better; NaN where undefined.
std::vector<std::vector<double>> costs_of(const StoredSweep& stored, const ParetoOptions& options) {
  std::vector<std::vector<double>> costs(stored.points.size());
  const auto add = [&](const std::string& metric, double sign) {
    const std::optional<std::size_t> column = stored.find_metric(metric);
    if (!column) throw UserError(Place{metric}, "is no figure" + suggestion(metric, stored.metrics));
    for (std::size_t p = 0; p < costs.size(); ++p) {
      const std::optional<Estimate> estimate = StoredSweep::estimate(stored.points[p], *column);
      costs[p].push_back(estimate ? sign * estimate->value : std::numeric_limits<double>::quiet_NaN());
    }
  };
  for (const std::string& metric : options.minimize) add(metric, 1);
  for (const std::string& metric : options.maximize) add(metric, -1);
  return costs;
}

void pareto(const ParetoOptions& options) {
  if (options.minimize.empty() && options.maximize.empty())
    throw UserError("pareto needs figures: --minimize latency_s.p95 --maximize accuracy.top1");
  const StoredSweep stored = read_stored_sweep(options.directory);
  StoredSweep front = stored;
  front.points.clear();
  for (const std::size_t point : pareto_front(costs_of(stored, options)))
    front.points.push_back(stored.points[point]);
  if (options.as_json) {
    fmt::print("{}\n", sweep_json(front).dump(2));
    return;
  }
  std::vector<std::string> metrics = options.minimize;
  metrics.insert(metrics.end(), options.maximize.begin(), options.maximize.end());
  fmt::print("{}", sweep_table(front, metrics));
  fmt::print(stderr, "{} of {} points are beaten by no other\n", front.points.size(), stored.points.size());
}

}  // namespace

void add_pareto_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("pareto", "The points of a sweep that no other beats");
  auto options = std::make_shared<ParetoOptions>();
  command->add_option("sweep", options->directory, "Directory of a sweep")->required();
  command->add_option("--minimize", options->minimize, "Figures of which less is better")->delimiter(',');
  command->add_option("--maximize", options->maximize, "Figures of which more is better")->delimiter(',');
  command->add_flag("--json", options->as_json, "Print all figures of these points as JSON");
  command->footer(
      "Example:  offramp pareto runs/thresholds --minimize uplink.payload_bytes_per_request --maximize "
      "accuracy.top1");
  command->callback([options] { pareto(*options); });
}

}  // namespace offramp
