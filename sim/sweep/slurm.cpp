#include "sim/sweep/slurm.hpp"

#include <fmt/format.h>

namespace offramp {

std::string shell_quoted(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::filesystem::path slurm_task_directory(const std::filesystem::path& directory, std::size_t task) {
  return directory / fmt::format("task-{}", task);
}

std::string slurm_script(const SlurmArray& array) {
  std::string script = fmt::format(
      "#!/bin/bash\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --array=0-{}\n"
      "#SBATCH --output={}/task-%a.log\n"
      "#SBATCH --open-mode=append\n"
      "#SBATCH --requeue\n",
      array.name, array.tasks - 1, array.directory.string());
  for (const std::string& option : array.options) script += fmt::format("#SBATCH {}\n", option);
  script += fmt::format("cd {}\n", shell_quoted(std::filesystem::current_path().string()));
  for (const std::string& word : array.command) script += shell_quoted(word) + " ";
  script += fmt::format(
      "--chunk \"$SLURM_ARRAY_TASK_ID/{}\" --out {}\"$SLURM_ARRAY_TASK_ID\" --jobs "
      "\"${{SLURM_CPUS_PER_TASK:-1}}\"\n"
      "exit $?\n",
      array.tasks, shell_quoted((array.directory / "task-").string()));
  return script;
}

}  // namespace offramp
