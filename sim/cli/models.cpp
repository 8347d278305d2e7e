#include <CLI/CLI.hpp>

#include <memory>

#include "sim/cli/child_program.hpp"
#include "sim/cli/program.hpp"

namespace offramp {
namespace {

/// A subcommand that needs LibTorch: offramp-models takes over with all its options, help included.
void add_model_command(CLI::App& app, const std::string& name, const std::string& explanation) {
  CLI::App* command = app.add_subcommand(name, explanation);
  command->prefix_command();
  command->set_help_flag();
  command->callback([command, name] {
    std::vector<std::string> arguments{name};
    const std::vector<std::string> rest = command->remaining();
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    become_program(models_program(), arguments);
  });
}

}  // namespace

void add_model_commands(CLI::App& app) {
  add_model_command(app, "train", "Train a network of the zoo on its data");
  add_model_command(app, "profile", "Ask a network about every image and write its exit profile");
  add_model_command(app, "import", "Make a model out of a TorchScript module of your own");
  add_model_command(app, "calibrate", "Measure this machine and write it as device type this_machine");
}

}  // namespace offramp
