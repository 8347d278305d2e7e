#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "sim/cli/command_line_pages.hpp"
#include "sim/cli/program.hpp"

namespace offramp {

void add_completion_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("completion", "Print what completes this command line in a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "Which shell")->required()->check(CLI::IsMember({"bash", "zsh"}));
  command->footer("Example:  offramp completion bash > ~/.local/share/bash-completion/completions/offramp");
  command->callback([&app, shell] {
    const std::vector<CommandPage> pages = command_pages(app);
    fmt::print("{}", *shell == "bash" ? bash_completion(pages) : zsh_completion(pages));
  });
}

void add_manual_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("manual", "Print the manual page");
  command->footer("Example:  offramp manual | man --local-file -");
  command->callback([&app] { fmt::print("{}", manual_page(command_pages(app), OFFRAMP_VERSION)); });
}

}  // namespace offramp
