#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/sweep_table.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/run_sweep.hpp"
#include "sim/sweep/sweep.hpp"
#include "sim/sweep/time_estimate.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr int kInterruptedCode = 130;  // as a shell says of Ctrl-C
constexpr std::size_t kRowsShown = 60;

struct SweepOptions {
  std::string file;
  std::vector<std::string> vary;
  std::vector<std::string> set;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> replications;
  std::size_t jobs = available_processors();
  std::string out;
  std::string csv;
  std::vector<std::string> show;
  bool as_json = false;
  bool dry_run = false;
  bool retry_failed = false;
};

SweepAdditions additions_of(const SweepOptions& options) {
  SweepAdditions additions{options.vary, {}};
  for (const std::string& text : options.set) additions.set.push_back(parse_override(text));
  if (options.seed) additions.set.emplace_back("seed", fmt::to_string(*options.seed));
  if (options.replications) additions.set.emplace_back("replications", fmt::to_string(*options.replications));
  return additions;
}

/// A point's key, and what its networks said: another profile is another point.
std::vector<std::string> keys_of(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles) {
  std::map<std::string, std::string> digests;
  for (const auto& [model, profile] : profiles) digests[model] = profile.digest();
  std::vector<std::string> keys;
  for (const SweepPoint& point : sweep.points) {
    std::string text = point.key;
    for (const RouteOwner& owner : route_owners(point.scenario))
      text += " " + digests.at(owner.model->directory.string());
    keys.push_back(sha256_hex(text));
  }
  return keys;
}

ReplicationResult simulate_once(Scenario scenario, const std::map<std::string, ExitProfile>& profiles,
                                std::size_t replication) {
  scenario.output.requests = false;
  return simulate(scenario, plan_routes(scenario, profiles), replication).result;
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// The points and how long they will take.
void print_plan(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles,
                const fs::path& directory, const SweepOptions& options) {
  std::vector<std::size_t> missing;
  std::size_t runs = 0;
  std::size_t left = 0;
  std::unique_ptr<ResultStore> store;
  if (fs::exists(directory / ResultStore::kFileName))
    store = std::make_unique<ResultStore>(directory, sweep, keys_of(sweep, profiles));
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    missing.push_back(0);
    for (std::size_t r = 0; r < sweep.points[p].scenario.replications; ++r) {
      ++runs;
      if (store && (store->state(p, r) == ResultStore::State::stored ||
                    store->state(p, r) == ResultStore::State::failed))
        continue;
      ++missing.back();
      ++left;
    }
  }
  store.reset();
  fmt::print("point  {}\n", fmt::join(sweep.parameters, "  "));
  for (std::size_t p = 0; p < sweep.points.size(); ++p)
    fmt::print("{:>5}  {}\n", p, fmt::join(sweep.points[p].values, "  "));
  const TimeEstimate estimate = estimate_time(
      sweep, [&](std::size_t, const Scenario& scenario) { return simulate_once(scenario, profiles, 0); },
      missing, options.jobs);
  fmt::print("{}, {}", count_text(sweep.points.size(), "point"), count_text(runs, "run"));
  if (left < runs) fmt::print(" of which {} are stored", runs - left);
  if (left > 0)
    fmt::print("; about {} with {} (by short runs of {})", human_duration(estimate.wall_s),
               count_text(options.jobs, "job"), count_text(estimate.tried, "point"));
  fmt::print("\n");
}

void say_end(const SweepEnd& end, const SweepProgress& progress, const fs::path& directory) {
  if (end.failed > 0)
    fmt::print(stderr, "{} failed twice; their errors are in the table; --retry-failed runs them again\n",
               count_text(end.failed, "run"));
  fmt::print(stderr, "{}: {} of {} runs in {}{}\n", end.interrupted ? "Stopped" : "Done", progress.done,
             progress.runs, (directory / ResultStore::kFileName).string(),
             end.interrupted ? "; the same command goes on from there" : "");
}

SweepProgress progress_of(const Sweep& sweep, const ResultStore& store) {
  SweepProgress progress;
  for (std::size_t p = 0; p < sweep.points.size(); ++p)
    for (std::size_t r = 0; r < sweep.points[p].scenario.replications; ++r) {
      ++progress.runs;
      const auto state = store.state(p, r);
      if (state == ResultStore::State::stored || state == ResultStore::State::failed) ++progress.done;
    }
  return progress;
}

SweepEnd run_points(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles,
                    const fs::path& directory, const SweepOptions& options) {
  ResultStore store(directory, sweep, keys_of(sweep, profiles));
  if (options.retry_failed) store.forget_failures();
  if (const std::size_t others = store.stored_by_other_builds(); others > 0)
    fmt::print(stderr, "note: {} stored by another build of Offramp; to be sure, start in a fresh --out\n",
               count_text(others, "run"));
  Progress line("Sweeping", 1'000'000);
  const SweepEnd end = run_sweep(
      sweep,
      [&](std::size_t point, std::size_t replication) {
        return simulate_once(sweep.points[point].scenario, profiles, replication);
      },
      store, options.jobs,
      [&](const SweepProgress& now) {
        line.update(static_cast<std::uint64_t>(1e6 * now.requests_done / now.requests),
                    fmt::format("{} of {} runs", now.done, now.runs));
      });
  line.finish();
  say_end(end, progress_of(sweep, store), directory);
  return end;
}

void print_results(const fs::path& directory, const SweepOptions& options) {
  if (!options.csv.empty()) write_file_atomically(options.csv, results_csv(directory));
  StoredSweep stored = read_stored_sweep(directory);
  if (options.as_json) {
    fmt::print("{}\n", sweep_json(stored).dump(2));
    return;
  }
  const std::size_t points = stored.points.size();
  if (points > kRowsShown) stored.points.resize(kRowsShown);
  fmt::print("{}", sweep_table(stored, options.show.empty() ? usual_metrics() : options.show));
  if (points > kRowsShown) fmt::print("... and {} more\n", points - kRowsShown);
}

void sweep_now(const SweepOptions& options) {
  const Sweep sweep = read_sweep(options.file, additions_of(options));
  for (const std::string& note : sweep.notes) fmt::print(stderr, "note: {}\n", note);
  std::vector<const Scenario*> scenarios;
  for (const SweepPoint& point : sweep.points) scenarios.push_back(&point.scenario);
  const std::map<std::string, ExitProfile> profiles = profiles_for(scenarios);
  const fs::path directory = options.out.empty() ? fs::path("runs") / sweep.name : fs::path(options.out);
  if (options.dry_run) {
    print_plan(sweep, profiles, directory, options);
    return;
  }
  const SweepEnd end = run_points(sweep, profiles, directory, options);
  if (end.interrupted) throw CLI::RuntimeError(kInterruptedCode);
  print_results(directory, options);
}

}  // namespace

void add_sweep_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("sweep", "Simulate many settings of a scenario; resumes by itself");
  auto options = std::make_shared<SweepOptions>();
  command->add_option("sweep", options->file, "Sweep file, or a scenario with --vary (YAML)")->required();
  command
      ->add_option(
          "--vary", options->vary,
          "One more axis: devices.0.count=100,200,400 or KEY={from: 1Mbps, to: 8Mbps, points: 4, scale: log}")
      ->type_name("KEY=VALUES")
      ->take_all()
      ->expected(1);
  command->add_option("--set", options->set, "Override a value at every point by its dotted path")
      ->type_name("KEY=VALUE")
      ->take_all()
      ->expected(1);
  command->add_option("--seed", options->seed, "Seed of all random streams");
  command->add_option("--replications", options->replications,
                      "How many independent replications of each point");
  command->add_option("--jobs", options->jobs, "How many processes at once (default: as many as processors)")
      ->check(CLI::PositiveNumber);
  command->add_option("--out", options->out, "Where sweep.sqlite is (default: runs/NAME)")->type_name("DIR");
  command->add_option("--csv", options->csv, "Also write all rows as CSV")->type_name("FILE");
  command
      ->add_option("--show", options->show,
                   "Figures in the table (default: p95 latency, accuracy, bytes, energy)")
      ->type_name("KEY,...")
      ->delimiter(',');
  command->add_flag("--json", options->as_json, "Print all figures of all points as JSON instead of a table");
  command->add_flag("--dry-run", options->dry_run,
                    "Print the points and how long they will take, and run nothing");
  command->add_flag("--retry-failed", options->retry_failed, "Run what failed before again");
  command->footer(
      "Example:  offramp sweep scenarios/quickstart.yaml --vary devices.0.count=100,200,400 --out "
      "runs/counts");
  command->callback([options] { sweep_now(*options); });
}

}  // namespace offramp
