#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/cli/child_program.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/sweep_table.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"
#include "sim/core/progress.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/run_sweep.hpp"
#include "sim/sweep/settle_warm_up.hpp"
#include "sim/sweep/slurm.hpp"
#include "sim/sweep/stored_sweep.hpp"
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
  bool slurm = false;
  std::size_t tasks = 0;  ///< of a Slurm array; 0: as many as take a few minutes each
  std::vector<std::string> sbatch;
  std::string chunk;  ///< "3/20": as task 3 of 20
};

/// Which points a task of an array runs.
struct Chunk {
  std::size_t task = 0;
  std::size_t of = 1;
  bool has(std::size_t point) const { return point % of == task; }
};

Chunk chunk_of(const SweepOptions& options) {
  if (options.chunk.empty()) return {};
  const std::size_t slash = options.chunk.find('/');
  const auto number = [&](const std::string& text) -> std::size_t {
    if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
      throw UserError(Place{fmt::format("--chunk {}", options.chunk)},
                      "is not TASK/TASKS; write for example 3/20");
    return std::stoul(text);
  };
  const Chunk chunk{number(options.chunk.substr(0, slash)),
                    number(slash == std::string::npos ? "" : options.chunk.substr(slash + 1))};
  if (chunk.task >= chunk.of)
    throw UserError(Place{fmt::format("--chunk {}", options.chunk)}, "tasks are counted from 0");
  return chunk;
}

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

/// @param warm_up_s  where the scenario's is measured: what that gave; none: it is measured now
ReplicationResult simulate_once(Scenario scenario, const std::map<std::string, ExitProfile>& profiles,
                                std::size_t replication, std::optional<double> warm_up_s = {}) {
  scenario.output.requests = false;
  const std::vector<RoutePlan> routes = plan_routes(scenario, profiles);
  if (scenario.warmup_auto) scenario.warmup_s = warm_up_s ? *warm_up_s : settled_warm_up_s(scenario, routes);
  return simulate(scenario, routes, replication).result;
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t runs_done(const Sweep& sweep, const ResultStore& store, std::size_t point) {
  std::size_t done = 0;
  for (std::size_t r = 0; r < sweep.points[point].scenario.replications; ++r) {
    const ResultStore::State state = store.state(point, r);
    if (state == ResultStore::State::stored || state == ResultStore::State::failed) ++done;
  }
  return done;
}

/// The points and how long they will take.
void print_plan(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles,
                const fs::path& directory, const SweepOptions& options) {
  std::vector<std::size_t> missing;
  std::size_t runs = 0;
  std::size_t left = 0;
  bool open_ended = false;  // more runs when the interval is not narrow enough
  std::unique_ptr<ResultStore> store;
  if (fs::exists(directory / ResultStore::kFileName))
    store = std::make_unique<ResultStore>(directory, sweep, keys_of(sweep, profiles));
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    const Scenario& scenario = sweep.points[p].scenario;
    const std::size_t least = scenario.until ? scenario.until->least : scenario.replications;
    missing.push_back(store ? runs_left(sweep, *store, p) : least);
    left += missing.back();
    runs += missing.back() + (store ? runs_done(sweep, *store, p) : 0);
    open_ended = open_ended || (scenario.until && missing.back() > 0);
  }
  store.reset();
  fmt::print("point  {}\n", fmt::join(sweep.parameters, "  "));
  for (std::size_t p = 0; p < sweep.points.size(); ++p)
    fmt::print("{:>5}  {}\n", p, fmt::join(sweep.points[p].values, "  "));
  const TimeEstimate estimate = estimate_time(
      sweep, [&](std::size_t, const Scenario& scenario) { return simulate_once(scenario, profiles, 0); },
      missing, options.jobs);
  fmt::print("{}, {}{}", count_text(sweep.points.size(), "point"), open_ended ? "at least " : "",
             count_text(runs, "run"));
  if (left < runs) fmt::print(" of which {} are stored", runs - left);
  if (left > 0)
    fmt::print("; about {} with {} (by short runs of {})", human_duration(estimate.wall_s),
               count_text(options.jobs, "job"), count_text(estimate.tried, "point"));
  fmt::print("\n");
}

void say_end(const SweepEnd& end, const fs::path& directory) {
  if (end.failed > 0)
    fmt::print(stderr, "{} failed twice; their errors are in the table; --retry-failed runs them again\n",
               count_text(end.failed, "run"));
  fmt::print(stderr, "{}: {} of {} runs in {}{}\n", end.interrupted ? "Stopped" : "Done", end.progress.done,
             end.progress.runs, (directory / ResultStore::kFileName).string(),
             end.interrupted ? "; the same command goes on from there" : "");
}

SweepEnd run_points(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles,
                    const fs::path& directory, const SweepOptions& options) {
  ResultStore store(directory, sweep, keys_of(sweep, profiles));
  if (options.retry_failed) store.forget_failures();
  if (const std::size_t others = store.stored_by_other_builds(); others > 0)
    fmt::print(stderr, "note: {} stored by another build of Offramp; to be sure, start in a fresh --out\n",
               count_text(others, "run"));
  const Chunk chunk = chunk_of(options);
  Progress line("Sweeping", 1'000'000);
  std::map<std::size_t, double> warm_ups_s;
  const WarmUpPilots pilots{[&](std::size_t point) {
                              const Scenario& scenario = sweep.points[point].scenario;
                              return settled_warm_up_s(scenario, plan_routes(scenario, profiles));
                            },
                            [&](std::size_t point, double warm_up_s) { warm_ups_s[point] = warm_up_s; }};
  const SweepEnd end = run_sweep(
      sweep,
      [&](std::size_t point, std::size_t replication) {
        const auto known = warm_ups_s.find(point);
        return simulate_once(sweep.points[point].scenario, profiles, replication,
                             known == warm_ups_s.end() ? std::nullopt : std::optional(known->second));
      },
      store, options.jobs,
      [&](const SweepProgress& now) {
        line.update(static_cast<std::uint64_t>(1e6 * now.requests_done / now.requests),
                    fmt::format("{} of {} runs", now.done, now.runs));
      },
      [&](std::size_t point) { return chunk.has(point); }, pilots);
  line.finish();
  say_end(end, directory);
  return end;
}

// --- on a cluster ---------------------------------------------------------------------------------------

constexpr double kTaskSeconds = 180;  ///< a task costs up to a second of scheduling
constexpr int kSubmissions = 4;

/// Runs that the store lacks, by point.
std::vector<std::size_t> missing_runs(const Sweep& sweep, ResultStore& store) {
  std::vector<std::size_t> missing;
  for (std::size_t p = 0; p < sweep.points.size(); ++p) missing.push_back(runs_left(sweep, store, p));
  return missing;
}

std::vector<std::string> task_command(const SweepOptions& options) {
  std::vector<std::string> words{(program_directory() / "offramp").string(), "sweep", options.file};
  const auto add = [&](const char* name, const std::string& value) {
    words.insert(words.end(), {name, value});
  };
  for (const std::string& text : options.vary) add("--vary", text);
  for (const std::string& text : options.set) add("--set", text);
  if (options.seed) add("--seed", fmt::to_string(*options.seed));
  if (options.replications) add("--replications", fmt::to_string(*options.replications));
  return words;
}

/// Submits an array for what is missing, waits for it and takes over what it stored; again, when tasks were
/// lost.
SweepEnd run_on_slurm(const Sweep& sweep, const std::map<std::string, ExitProfile>& profiles,
                      const fs::path& directory, const SweepOptions& options) {
  ResultStore store(directory, sweep, keys_of(sweep, profiles));
  if (options.retry_failed) store.forget_failures();
  const fs::path folder = fs::absolute(directory) / "slurm";
  fs::create_directories(folder);
  const auto merge = [&] {
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.is_directory()) store.merge(entry.path());
  };
  const auto left = [&] {
    const std::vector<std::size_t> missing = missing_runs(sweep, store);
    return std::accumulate(missing.begin(), missing.end(), std::size_t{0});
  };
  merge();
  std::size_t before = 0;
  for (std::size_t p = 0; p < sweep.points.size(); ++p) before += runs_done(sweep, store, p);
  for (int submission = 0; submission < kSubmissions && left() > 0; ++submission) {
    SlurmArray array{sweep.name, folder, task_command(options), options.tasks, options.sbatch};
    if (array.tasks == 0) {
      const TimeEstimate estimate = estimate_time(
          sweep, [&](std::size_t, const Scenario& scenario) { return simulate_once(scenario, profiles, 0); },
          missing_runs(sweep, store), 1);
      array.tasks = static_cast<std::size_t>(std::ceil(estimate.wall_s / kTaskSeconds));
    }
    array.tasks = std::clamp<std::size_t>(array.tasks, 1, sweep.points.size());
    const fs::path script = folder / "array.sh";
    write_file_atomically(script, slurm_script(array));
    fmt::print(stderr, "{} to do in {}; logs in {}\n", count_text(left(), "run"),
               count_text(array.tasks, "task"), folder.string());
    const int code = run_child_program("/usr/bin/sbatch", {"--wait", "--quiet", script.string()});
    merge();
    if (code == 127)
      throw UserError("sbatch was not found; --slurm needs Slurm's commands (Debian: slurm-client)");
    if (code != 0) fmt::print(stderr, "sbatch ended with {}; {} missing\n", code, count_text(left(), "run"));
  }
  SweepEnd end;
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    end.progress.done += runs_done(sweep, store, p);
    for (std::size_t r = 0; r < sweep.points[p].scenario.replications; ++r)
      if (store.state(p, r) == ResultStore::State::failed) ++end.failed;
  }
  end.stored = end.progress.done - before;
  end.progress.runs = end.progress.done + left();
  say_end(end, directory);
  if (left() > 0)
    throw UserError(
        fmt::format("{} could not be run on the cluster; the logs in {} say why, and the same command goes "
                    "on from here",
                    count_text(left(), "run"), folder.string()));
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
  for (const SweepPoint& point : sweep.points) check_precision_goal(point.scenario);
  std::vector<const Scenario*> scenarios;
  for (const SweepPoint& point : sweep.points) scenarios.push_back(&point.scenario);
  const std::map<std::string, ExitProfile> profiles = profiles_for(scenarios);
  const fs::path directory = options.out.empty() ? fs::path("runs") / sweep.name : fs::path(options.out);
  if (options.dry_run) {
    print_plan(sweep, profiles, directory, options);
    return;
  }
  const SweepEnd end = options.slurm ? run_on_slurm(sweep, profiles, directory, options)
                                     : run_points(sweep, profiles, directory, options);
  if (end.interrupted) throw CLI::RuntimeError(kInterruptedCode);
  print_results(directory, options);
}

}  // namespace

void add_sweep_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("sweep", "Simulate many settings of a scenario; resumes by itself");
  auto options = std::make_shared<SweepOptions>();
  command->add_option("sweep", options->file, "Sweep file, or a scenario with --vary (YAML)")
      ->required()
      ->transform(find_scenario);
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
  command->add_flag("--slurm", options->slurm,
                    "Run the points as a Slurm job array and gather what it stored");
  command->add_option("--tasks", options->tasks,
                      "Tasks of the array (default: as many as take three minutes each)");
  command->add_option("--sbatch", options->sbatch, "One more option for sbatch: --sbatch=--partition=short")
      ->take_all()
      ->expected(1);
  command->add_option("--chunk", options->chunk)->group("");  // what a task of the array is called with
  command->add_flag("--retry-failed", options->retry_failed, "Run what failed before again");
  command->footer(
      "Example:  offramp sweep scenarios/quickstart.yaml --vary devices.0.count=100,200,400 --out "
      "runs/counts");
  command->callback([options] { sweep_now(*options); });
}

}  // namespace offramp
