#include <iostream>

#include "models/cli/subcommands.hpp"
#include "models/testbed/torch_work.hpp"
#include "sim/testbed/child_side.hpp"

namespace offramp {

void add_testbed_commands(CLI::App& app) {
  // Started by offramp testbed alone, which talks to them; not for people.
  CLI::App* devices = app.add_subcommand("testbed-devices", "The devices of a testbed");
  devices->group("");
  devices->callback([] { serve_devices(std::cin, std::cout, make_torch_edge); });
  CLI::App* cloud = app.add_subcommand("testbed-cloud", "The cloud of a testbed");
  cloud->group("");
  cloud->callback([] { serve_cloud(std::cin, std::cout, make_torch_cloud); });
}

}  // namespace offramp
