#include "sim/cli/scenario_options.hpp"

#include <CLI/CLI.hpp>

#include "sim/platform/platform_file.hpp"

namespace offramp {

void ScenarioOptions::add_to(CLI::App& command) {
  command.add_option("scenario", file, "Scenario file (YAML)")->required();
  command.add_option("--set", set, "Override a value by its dotted path: devices.0.count=300")
      ->type_name("KEY=VALUE")
      ->take_all()
      ->expected(1);
  command.add_option("--seed", seed, "Seed of all random streams");
  command.add_option("--replications", replications, "How many independent replications");
}

std::vector<Override> ScenarioOptions::overrides() const {
  std::vector<Override> all;
  for (const std::string& text : set) all.push_back(parse_override(text));
  if (seed) all.emplace_back("seed", std::to_string(*seed));
  if (replications) all.emplace_back("replications", std::to_string(*replications));
  return all;
}

Scenario ScenarioOptions::read() const {
  Scenario scenario = read_scenario(file, overrides());
  check_platform_file(scenario.network);
  return scenario;
}

}  // namespace offramp
