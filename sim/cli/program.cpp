#include "sim/cli/program.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <stdexcept>

#include "sim/cli/child_program.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {
namespace {

/// Device type this_machine is made when it is first named.
void calibrate_this_machine() {
  fmt::print(stderr, "this_machine has not been measured yet; calibrating now, kept in {}.\n",
             this_machine_file().string());
  const int code = run_child_program(models_program(), {"calibrate"});
  if (code == 2) throw UserError("calibrating failed; the cause is above");
  if (code != 0) throw std::runtime_error(fmt::format("offramp-models ended with code {}", code));
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app{"Offramp: edge-cloud transfer-rate studies with real early-exit networks", "offramp"};
  app.set_version_flag("--version", OFFRAMP_VERSION);
  app.require_subcommand(1);
  app.footer(
      "First steps:  offramp run scenarios/quickstart.yaml\n"
      "A subcommand's own help:  offramp run --help");
  add_run_command(app);
  add_sweep_command(app);
  add_plan_command(app);
  add_pareto_command(app);
  add_compare_command(app);
#ifdef OFFRAMP_TESTBED
  add_testbed_command(app);
#endif
  add_check_command(app);
  add_plot_command(app);
  add_report_command(app);
  add_list_command(app);
  add_fit_device_command(app);
  add_fit_counts_command(app);
  add_time_command(app);
  add_tune_command(app);
  add_evaluate_command(app);
  add_model_commands(app);
  add_completion_command(app);
  add_manual_command(app);
  set_calibration(calibrate_this_machine);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& end) {  // a subcommand's own exit code
    return end.get_exit_code();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace offramp
