#pragma once

namespace CLI {
class App;
}

namespace offramp {

/// Parses the command line and executes the subcommand that it names.
/// @return the exit code
int run_program(int argc, char** argv);

// One file a subcommand: each adds itself, with an example in its help.
void add_run_command(CLI::App& app);
void add_sweep_command(CLI::App& app);
void add_compare_command(CLI::App& app);
void add_testbed_command(CLI::App& app);
void add_pareto_command(CLI::App& app);
void add_plan_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_plot_command(CLI::App& app);
void add_report_command(CLI::App& app);
void add_list_command(CLI::App& app);
void add_fit_device_command(CLI::App& app);
void add_fit_counts_command(CLI::App& app);
void add_time_command(CLI::App& app);
void add_tune_command(CLI::App& app);
void add_evaluate_command(CLI::App& app);
void add_completion_command(CLI::App& app);
void add_manual_command(CLI::App& app);
void add_model_commands(CLI::App& app);  ///< train, profile, calibrate: executed by offramp-models

}  // namespace offramp
