#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace offramp {

/// A sweep as a Slurm job array: each task runs a chunk of its points into a store of its own.
struct SlurmArray {
  std::string name;
  std::filesystem::path directory;   ///< where script, logs and the tasks' stores go; absolute
  std::vector<std::string> command;  ///< `offramp sweep FILE ...`, without --chunk, --out and --jobs
  std::size_t tasks = 1;
  std::vector<std::string> options;  ///< more lines for sbatch: "--partition=short"
};

/// The batch script. A task that is killed, or whose node dies, may run again: it skips what its store has.
/// The simulator is a child of the script, never put in its place, since Slurm requeues no script that was
/// killed itself.
std::string slurm_script(const SlurmArray& array);

/// Where task i of an array has its store: DIRECTORY/task-i.
std::filesystem::path slurm_task_directory(const std::filesystem::path& directory, std::size_t task);

/// A word as a shell reads it back: 'it'\''s'.
std::string shell_quoted(const std::string& word);

}  // namespace offramp
