#include "sim/cli/scenario_options.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

#include "sim/core/installation.hpp"
#include "sim/platform/platform_file.hpp"

namespace offramp {
namespace fs = std::filesystem;

std::string find_scenario(const std::string& name) {
  if (fs::exists(name)) return name;
  for (const fs::path& folder : {installation_root() / "scenarios", installation_root()})
    if (fs::is_regular_file(folder / name)) return (folder / name).string();
  return name;
}

void ScenarioOptions::add_to(CLI::App& command) {
  command.add_option("scenario", file, "Scenario file (YAML), or one of `offramp list scenarios`")
      ->required()
      ->transform(find_scenario);
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
