#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "sim/cli/program.hpp"
#include "sim/cli/scenario_options.hpp"

namespace offramp {

void add_check_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("check", "Check a scenario and print it with every default");
  auto options = std::make_shared<ScenarioOptions>();
  options->add_to(*command);
  command->footer("Example:  offramp check scenarios/quickstart.yaml --set devices.0.count=1000");
  command->callback([options] {
    const Scenario scenario = options->read();
    for (const std::string& note : scenario.notes) fmt::print(stderr, "note: {}\n", note);
    fmt::print("{}", scenario.resolved_yaml);
  });
}

}  // namespace offramp
