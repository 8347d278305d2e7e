#include <CLI/CLI.hpp>

#include <memory>

#include "sim/cli/figures.hpp"
#include "sim/cli/program.hpp"
#include "sim/core/error.hpp"

namespace offramp {

void add_plot_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("plot", "Draw the figures of run directories into DIR/figures");
  auto directories = std::make_shared<std::vector<std::string>>();
  command->add_option("directories", *directories, "Run directories")->required()->type_name("DIR...");
  command->footer("Example:  offramp plot runs/quickstart");
  command->callback([directories] {
    const int code = draw_figures({directories->begin(), directories->end()});
    if (code != 0) throw UserError("the figures were not drawn; the cause is above");
  });
}

}  // namespace offramp
