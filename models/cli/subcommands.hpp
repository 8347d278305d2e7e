#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <string>

#include "sim/scenario/model_description.hpp"

namespace offramp {

// Each adds one subcommand to the program; its callback does the work.
void add_train_command(CLI::App& app);
void add_profile_command(CLI::App& app);
void add_measure_command(CLI::App& app);
void add_import_command(CLI::App& app);
void add_invert_command(CLI::App& app);
void add_codecs_command(CLI::App& app);
void add_costs_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
void add_testbed_commands(CLI::App& app);

/// What every subcommand that runs a network takes.
struct ModelAndData {
  std::string model;
  std::optional<std::filesystem::path> data;

  /// Adds MODEL and --data.
  void add_to(CLI::App& command);
  ModelDescription description() const;
};

}  // namespace offramp
