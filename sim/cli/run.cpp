#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/figures.hpp"
#include "sim/cli/fresh_directory.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/summary_table.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"
#include "sim/platform/platform_file.hpp"
#include "sim/record/run_directory.hpp"
#include "sim/record/text_file.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/run_variants.hpp"
#include "sim/sweep/settle_warm_up.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

struct RunOptions {
  ScenarioOptions scenario;
  std::string out;
  std::string trace_out;
  std::size_t trace_limit = 10'000;
  bool as_json = false;
};

/// A trace is written under a temporary name beside its own, which is opened before anything runs.
class TraceFile {
 public:
  /// @throws UserError when there is nothing to trace, or no file can be made there
  TraceFile(const RunOptions& options, const Scenario& scenario) : target_(options.trace_out) {
    if (target_.empty()) return;
    if (!scenario.output.requests)
      throw UserError(Place{"--trace-out"},
                      "wants the requests, which output.requests: false leaves out; add --set "
                      "output.requests=true");
    temporary_ = options.trace_out + ".tmp";
    TextFile(temporary_).close();
  }
  ~TraceFile() {
    std::error_code ignored;
    if (!temporary_.empty()) fs::remove(temporary_, ignored);
  }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  bool wanted() const { return !target_.empty(); }
  const fs::path& temporary() const { return temporary_; }
  void publish() {
    if (wanted()) publish_file(temporary_, target_);
  }

 private:
  fs::path target_;
  fs::path temporary_;
};

/// The scenario first, then its comparisons. An entry of `compare` that sets nothing names the scenario.
std::vector<Variant> variants_of(const RunOptions& options) {
  std::vector<Variant> variants;
  Scenario scenario = options.scenario.read();
  const std::vector<ComparisonSpec> comparisons = scenario.compare;
  const auto names_itself = std::find_if(comparisons.begin(), comparisons.end(),
                                         [](const ComparisonSpec& entry) { return entry.set.empty(); });
  const std::string label = names_itself == comparisons.end() ? scenario.name : names_itself->name;
  variants.push_back({label, std::move(scenario), {}, {}});
  for (const ComparisonSpec& entry : comparisons) {
    if (entry.set.empty()) continue;
    variants.push_back(
        {entry.name, read_comparison(options.scenario.file, options.scenario.overrides(), entry), {}, {}});
    check_platform_file(variants.back().scenario.network);
  }
  return variants;
}

/// Plans every group's route. @return where the results come from, by digest
RunOrigin plan(std::vector<Variant>& variants) {
  std::vector<const Scenario*> scenarios;
  for (const Variant& variant : variants) scenarios.push_back(&variant.scenario);
  const std::map<std::string, ExitProfile> profiles = profiles_for(scenarios);
  RunOrigin origin;
  for (Variant& variant : variants) {
    variant.routes = plan_routes(variant.scenario, profiles);
    for (const RouteOwner& owner : route_owners(variant.scenario)) {
      const ExitProfile& profile = profiles.at(owner.model->directory.string());
      origin.profile_digests[owner.model->name] = profile.digest();
      origin.weights_sha256[owner.model->name] = profile.weights_sha256;
      origin.test_images[owner.model->name] = profile.set("test").images();
    }
  }
  return origin;
}

/// `warmup: auto` is measured now; variants share the longest, so that the same requests count in all.
void settle_warm_ups(std::vector<Variant>& variants) {
  double longest_s = 0;
  for (const Variant& variant : variants)
    if (variant.scenario.warmup_auto)
      longest_s = std::max(longest_s, settled_warm_up_s(variant.scenario, variant.routes));
  for (Variant& variant : variants)
    if (variant.scenario.warmup_auto) variant.scenario.warmup_s = longest_s;
}

std::vector<nlohmann::ordered_json> simulate_into(const fs::path& directory, std::vector<Variant>& variants,
                                                  const RunOrigin& origin) {
  std::size_t tasks = 0;
  for (Variant& variant : variants) {
    variant.directory = &variant == &variants.front() ? directory : directory / "compare" / variant.name;
    fs::create_directories(variant.directory);
    tasks += variant.scenario.replications;
  }
  constexpr std::uint64_t kSteps = 1000;  // of a replication
  Progress progress("Simulating", kSteps * tasks);
  const auto show = [&](double done) { progress.update(static_cast<std::uint64_t>(kSteps * done)); };
  const auto results =
      run_variants(variants, progress.visible() ? std::function<void(double)>(show) : nullptr);
  progress.finish();
  std::vector<nlohmann::ordered_json> summaries;
  for (std::size_t v = 0; v < variants.size(); ++v)
    summaries.push_back(
        write_run(variants[v].directory, variants[v].scenario, variants[v].name, results[v], origin));
  return summaries;
}

void run(const RunOptions& options) {
  std::vector<Variant> variants = variants_of(options);
  const Scenario& scenario = variants.front().scenario;
  for (const Variant& variant : variants)
    for (const std::string& note : variant.scenario.notes)
      fmt::print(stderr, "note: {}: {}\n", variant.name, note);
  for (const Variant& variant : variants) check_precision_goal(variant.scenario);
  const RunOrigin origin = plan(variants);
  settle_warm_ups(variants);

  TraceFile trace(options, scenario);
  if (trace.wanted()) variants.front().trace = TraceWish{trace.temporary(), options.trace_limit};
  const fs::path target = options.out.empty() ? fresh_run_directory(scenario.name) : fs::path(options.out);
  StagedDirectory staged(target);
  const std::vector<nlohmann::ordered_json> summaries = simulate_into(staged.path(), variants, origin);
  const bool drawn = !scenario.output.figures || draw_run(staged.path()) == 0;
  staged.publish();
  trace.publish();

  if (options.as_json) {
    nlohmann::ordered_json document = summaries.front();
    for (std::size_t v = 1; v < summaries.size(); ++v) document["compare"][variants[v].name] = summaries[v];
    fmt::print("{}\n", document.dump(2));
  } else {
    fmt::print("{}", summary_table(summaries));
  }
  if (!drawn)
    fmt::print(stderr, "The figures were not drawn (cause above); try: offramp plot {}\n", target.string());
  if (trace.wanted())
    fmt::print(stderr, "Trace events in {}; open it at ui.perfetto.dev or chrome://tracing\n",
               options.trace_out);
  fmt::print(stderr, "Results{} in {}\n", scenario.output.figures && drawn ? " and figures" : "",
             target.string());
}

}  // namespace

void add_run_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("run", "Simulate a scenario and report what it came to");
  auto options = std::make_shared<RunOptions>();
  options->scenario.add_to(*command);
  command
      ->add_option("--out", options->out,
                   "Run directory (default: runs/NAME; a run that is there is replaced)")
      ->type_name("DIR");
  command->add_flag("--json", options->as_json, "Print the summary as JSON instead of a table");
  command
      ->add_option("--trace-out", options->trace_out,
                   "Also write the first replication as trace events, for ui.perfetto.dev")
      ->type_name("FILE.json");
  command->add_option("--trace-limit", options->trace_limit, "How many requests the trace has")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->footer("Example:  offramp run scenarios/quickstart.yaml --set devices.0.count=500 --out runs/500");
  command->callback([options] { run(*options); });
}

}  // namespace offramp
