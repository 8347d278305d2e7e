#include "sim/cli/figures.hpp"

#include <string>

#include "sim/cli/child_program.hpp"
#include "sim/core/installation.hpp"

namespace offramp {

int draw_figures(const std::vector<std::filesystem::path>& directories) {
  std::vector<std::string> arguments{"-B",
                                     (installation_root() / "analysis" / "figures" / "plot.py").string()};
  for (const std::filesystem::path& directory : directories) arguments.push_back(directory.string());
  return run_child_program("/usr/bin/python3", arguments);
}

}  // namespace offramp
