#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/cli/child_program.hpp"
#include "sim/cli/figures.hpp"
#include "sim/cli/fresh_directory.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/summary_table.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/record/requests_csv.hpp"
#include "sim/record/run_directory.hpp"
#include "sim/testbed/measured_replication.hpp"
#include "sim/testbed/plan_order.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct TestbedOptions {
  ScenarioOptions scenario;
  std::string out;
  bool loopback = false;
  bool as_json = false;
  std::size_t attempts = 3;
  bool keep_late = false;
};

struct Measured {
  Replication replication;
  Json how;  ///< of testbed.json
};

Json how_it_went(const Measurement& run, const Punctuality& punctual, std::size_t attempt) {
  return {{"attempts", attempt},
          {"kept_up", punctual.kept_up()},
          {"real_time_priority", run.real_time},
          {"late_share", punctual.late_share},
          {"worst_lateness_s", punctual.worst_s},
          {"relay_worst_lateness_s", punctual.relay_worst_s},
          {"overruns", punctual.overruns},
          {"packets_up", {{"carried", run.up.carried}, {"dropped", run.up.dropped}, {"lost", run.up.lost}}},
          {"packets_down",
           {{"carried", run.down.carried}, {"dropped", run.down.dropped}, {"lost", run.down.lost}}},
          {"refused_connections", run.cloud.refused}};
}

/// Measures until the machine has kept up.
/// @throws UserError when it never did
Measured measure_in_time(const TestbedOptions& options, const Scenario& scenario,
                         const std::vector<RoutePlan>& routes,
                         const std::map<std::string, ExitProfile>& profiles, const WorkOrder& order) {
  const std::optional<StarShape> shape = options.loopback ? std::nullopt : std::optional(star_of(scenario));
  Punctuality punctual;
  for (std::size_t attempt = 1; attempt <= options.attempts; ++attempt) {
    const Measurement run = measure(order, shape, models_program());
    punctual = punctuality_of(run, order);
    if (run.cloud.refused > 0)
      throw std::runtime_error("the cloud refused a connection: " + run.cloud.last_refusal);
    if (punctual.kept_up() || options.keep_late)
      return {measured_replication(scenario, routes, profiles, order, run),
              how_it_went(run, punctual, attempt)};
    fmt::print(
        stderr,
        "The machine did not keep up: {:.1f} % of the requests' time was lateness ({:.0f} % is allowed), "
        "at worst {:.1f} ms, of a packet {:.1f} ms; {} pieces of work took longer than they were to be "
        "stretched to.{}\n",
        100 * punctual.late_share, 100 * Punctuality::kMostLateShare, 1000 * punctual.worst_s,
        1000 * punctual.relay_worst_s, punctual.overruns, attempt < options.attempts ? " Once more." : "");
  }
  throw UserError(fmt::format(
      "this machine did not keep up in any of {} runs; {}", options.attempts,
      punctual.overruns > 0
          ? "it is slower than the devices that it stands for: name slower types, or fewer devices"
          : "let it do nothing else meanwhile, or ask for fewer requests"));
}

void testbed(const TestbedOptions& options) {
  const Scenario scenario = options.scenario.read();
  for (const std::string& note : scenario.notes) fmt::print(stderr, "note: {}\n", note);
  check_testbed(scenario, !options.loopback);
  if (!options.loopback && ::geteuid() != 0)
    throw UserError(
        "emulating the network needs network namespaces and TUN devices, which take root; run it as root, or "
        "with --loopback: real processes and real TCP, over the loopback device and without rate, delay or "
        "buffer");
  models_program();
  const std::map<std::string, ExitProfile> profiles = profiles_for({&scenario});
  const std::vector<RoutePlan> routes = plan_routes(scenario, profiles);
  RunOrigin origin;
  for (const DeviceGroup& group : scenario.devices) {
    const ExitProfile& profile = profiles.at(group.model.directory.string());
    origin.profile_digests[group.model.name] = profile.digest();
    origin.weights_sha256[group.model.name] = profile.weights_sha256;
    origin.test_images[group.model.name] = profile.set("test").images();
  }
  const fs::path target =
      options.out.empty() ? fresh_run_directory(scenario.name + "-measured") : fs::path(options.out);
  { const StagedDirectory writable(target); }  // now, and not after a minute of measuring

  std::vector<ReplicationResult> results;
  std::vector<std::vector<RequestRecord>> requests;
  Json how = {{"network", options.loopback ? "loopback" : "emulated"}, {"replications", Json::array()}};
  for (std::size_t r = 0; r < scenario.replications; ++r) {
    const WorkOrder order = plan_order(scenario, routes, profiles, r);
    fmt::print(stderr, "Measuring replication {} of {}: {} requests in {:.0f} s\n", r + 1,
               scenario.replications, order.requests.size(), order.horizon_s);
    Measured measured = measure_in_time(options, scenario, routes, profiles, order);
    results.push_back(std::move(measured.replication.result));
    requests.push_back(std::move(measured.replication.requests));
    how["replications"].push_back(std::move(measured.how));
  }

  StagedDirectory staged(target);
  if (scenario.output.requests)
    for (std::size_t r = 0; r < requests.size(); ++r)
      write_requests_part(staged.path(), r, requests[r], false);
  const Json summary = write_run(staged.path(), scenario, scenario.name, results, origin);
  write_file_atomically(staged.path() / "testbed.json", how.dump(2) + "\n");
  const bool drawn = !scenario.output.figures || draw_run(staged.path()) == 0;
  staged.publish();
  if (options.as_json)
    fmt::print("{}\n", summary.dump(2));
  else
    fmt::print("{}", summary_table({summary}));
  if (!drawn) fmt::print(stderr, "The figures were not drawn (cause above)\n");
  fmt::print(stderr, "Measured results in {}\n", target.string());
}

}  // namespace

void add_testbed_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "testbed", "Run a scenario on real processes, networks and a real TCP path, and measure it");
  auto options = std::make_shared<TestbedOptions>();
  options->scenario.add_to(*command);
  command
      ->add_option("--out", options->out,
                   "Run directory (default: runs/NAME-measured; a run that is there is replaced)")
      ->type_name("DIR");
  command->add_flag("--loopback", options->loopback,
                    "Over the loopback device, without rate, delay and buffer: needs no root");
  command->add_option("--attempts", options->attempts, "How often to try until the machine keeps up")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_flag("--keep-late", options->keep_late,
                    "Keep a run even if the machine did not keep up; testbed.json says so");
  command->add_flag("--json", options->as_json, "Print the summary as JSON instead of a table");
  command->footer(
      "Example:  offramp testbed scenarios/testbed/01.yaml --out measured; offramp compare runs/01 measured");
  command->callback([options] { testbed(*options); });
}

}  // namespace offramp
