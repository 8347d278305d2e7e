#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace offramp {

/// The command line as data: what the manual page and the shells' completions are made from.
struct CommandPage {
  struct Option {
    std::vector<std::string> names;  ///< "--seed", "-h"; empty: given by its position
    std::string label;               ///< of its value ("DIR"); empty for a flag
    std::string description;
    std::string default_value;
    std::vector<std::string> choices;  ///< where only some values are allowed
    bool repeats = false;
  };
  std::string name;
  std::string description;
  std::string footer;  ///< with the examples
  std::vector<Option> options;
};

/// Every subcommand, by the definitions that parse it; of those that offramp-models takes over, by its help
/// where it is there.
std::vector<CommandPage> command_pages(const CLI::App& app);

std::string bash_completion(const std::vector<CommandPage>& pages);
std::string zsh_completion(const std::vector<CommandPage>& pages);
/// In roff, with the macros of man(7).
std::string manual_page(const std::vector<CommandPage>& pages, const std::string& version);

}  // namespace offramp
