#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <vector>

#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/simulation/memory_check.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

namespace {

/// By the profiles that are there; what a network without one asks for is not known yet.
void check_memory_of_groups(const Scenario& scenario) {
  std::vector<Problem> problems;
  for (std::size_t group = 0; group < scenario.devices.size(); ++group) {
    const ModelDescription& model = scenario.devices[group].model;
    const ProfileLookup found = find_profile(model.directory, {});
    if (!found.path) {
      fmt::print(stderr, "note: devices[{}]: whether it fits its memory is not checked: {}\n", group,
                 found.why_not);
      continue;
    }
    try {
      const ExitProfile profile = read_exit_profile(*found.path);
      for (const RouteOwner& owner : route_owners(scenario))
        if (owner.group == group && owner.model == &model)
          check_memory(scenario, group, group_of_route(owner, scenario), profile);
    } catch (const UserError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw UserError(std::move(problems));
}

void note_missing_codecs(const Scenario& scenario) {
  for (const auto& [model, codecs] : wanted_codecs({&scenario}))
    if (const ProfileLookup found = find_profile(model, {codecs.begin(), codecs.end()}); !found.path)
      fmt::print(stderr, "note: a run would have to make a profile first, and fail if it cannot: {}\n",
                 found.why_not);
}

}  // namespace

void add_check_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("check", "Check a scenario and print it with every default");
  auto options = std::make_shared<ScenarioOptions>();
  options->add_to(*command);
  command->footer("Example:  offramp check scenarios/quickstart.yaml --set devices.0.count=1000");
  command->callback([options] {
    const Scenario scenario = options->read();
    for (const std::string& note : scenario.notes) fmt::print(stderr, "note: {}\n", note);
    check_memory_of_groups(scenario);
    note_missing_codecs(scenario);
    fmt::print("{}", scenario.resolved_yaml);
  });
}

}  // namespace offramp
