#include "sim/cli/figures.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/cli/child_program.hpp"
#include "sim/cli/scratch_file.hpp"
#include "sim/cli/study.hpp"
#include "sim/core/installation.hpp"

namespace offramp {

namespace {

/// A script below analysis/, with a study in a file of its own.
int run_script(const char* script, const nlohmann::ordered_json& study,
               const std::vector<std::string>& arguments) {
  const ScratchFile file("study");
  std::ofstream(file.path()) << study;
  std::vector<std::string> words{"-B", (installation_root() / "analysis" / script).string(), "--study",
                                 file.path()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_child_program("/usr/bin/python3", words);
}

}  // namespace

int draw_figures(const nlohmann::ordered_json& study, const std::vector<std::string>& arguments) {
  return run_script("figures/plot.py", study, arguments);
}

int draw_run(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> kept;
  return draw_figures(study_of_runs({directory}, {}, kept), {"--quiet", directory.string()});
}

int write_report(const nlohmann::ordered_json& study, const std::filesystem::path& page,
                 const std::filesystem::path& directory) {
  std::vector<std::string> arguments{"--out", page.string()};
  if (!directory.empty()) arguments.push_back(directory.string());
  return run_script("report/report.py", study, arguments);
}

}  // namespace offramp
