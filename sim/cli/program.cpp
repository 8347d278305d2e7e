#include "sim/cli/program.hpp"

#include <CLI/CLI.hpp>

namespace offramp {

int run_program(int argc, char** argv) {
  CLI::App app{"Offramp: edge-cloud transfer-rate studies with real early-exit networks", "offramp"};
  app.set_version_flag("--version", OFFRAMP_VERSION);
  app.require_subcommand(1);
  app.footer(
      "First steps:  offramp run scenarios/quickstart.yaml\n"
      "A subcommand's own help:  offramp run --help");
  add_run_command(app);
  add_check_command(app);
  add_plot_command(app);
  add_list_command(app);
  add_fit_device_command(app);
  add_time_command(app);
  add_model_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace offramp
