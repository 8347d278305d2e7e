#include "models/cli/run_command_line.hpp"

#include "models/cli/subcommands.hpp"

namespace offramp {

void ModelAndData::add_to(CLI::App& command) {
  command
      .add_option("MODEL", model,
                  "a name of models/zoo, or a folder with a model.yaml (with a slash: ./mine)")
      ->required();
  command.add_option("--data", data, "the dataset's folder; default: $OFFRAMP_DATA, or Debian's package");
}

ModelDescription ModelAndData::description() const {
  return read_model_description(model, std::filesystem::current_path());
}

int run_models_command_line(int argc, char** argv) {
  CLI::App app("What needs a network itself: training, profiling, timing. Called by offramp.", "offramp");
  app.require_subcommand(1);
  add_train_command(app);
  add_profile_command(app);
  add_measure_command(app);
  add_import_command(app);
  add_invert_command(app);
  add_codecs_command(app);
  add_costs_command(app);
  add_calibrate_command(app);
#ifdef OFFRAMP_TESTBED
  add_testbed_commands(app);
#endif
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace offramp
