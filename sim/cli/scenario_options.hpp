#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/read_scenario.hpp"

namespace CLI {
class App;
}

namespace offramp {

/// What every subcommand that takes a scenario has on its command line.
struct ScenarioOptions {
  std::string file;
  std::vector<std::string> set;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> replications;

  void add_to(CLI::App& command);
  std::vector<Override> overrides() const;
  /// @throws UserError with every problem of the scenario
  Scenario read() const;
};

/// A scenario or sweep file as the user names it: where it is, or among those that come with Offramp, as
/// `offramp list scenarios` has them ("quickstart.yaml", "published/b_lenet.yaml").
std::string find_scenario(const std::string& name);

}  // namespace offramp
