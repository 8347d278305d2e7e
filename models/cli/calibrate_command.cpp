#include <fmt/format.h>

#include <memory>

#include "models/cli/subcommands.hpp"
#include "models/profiling/calibrate.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

void add_calibrate_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Measure this machine and write it as device type this_machine, for scenarios to name");
  const auto folder = std::make_shared<std::string>();
  const auto runs = std::make_shared<int>(200);
  command->add_option("--out", *folder, "folder; default: devices in the user's configuration");
  command->add_option("--runs", *runs, "runs of each piece of ResNet-20")->check(CLI::Range(3, 100000));
  command->footer("Example: offramp calibrate && offramp time resnet110 --device this_machine");
  command->callback([folder, runs] {
    const std::filesystem::path where =
        folder->empty() ? this_machine_file().parent_path() : std::filesystem::path(*folder);
    fmt::print("{}\n", calibrate_this_machine(*runs, where).string());
  });
}

}  // namespace offramp
