#include "sim/cli/child_program.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

void execute(const fs::path& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::setenv("OMP_WAIT_POLICY", "passive", 0);  // what offramp-models wants, and would start itself anew for
  std::fflush(nullptr);
  ::execv(program.c_str(), argv.data());
}

}  // namespace

void become_program(const fs::path& program, const std::vector<std::string>& arguments) {
  execute(program, arguments);
  throw UserError(Place{program.string()},
                  fmt::format("cannot be executed: {}", std::generic_category().message(errno)));
}

int run_child_program(const fs::path& program, const std::vector<std::string>& arguments) {
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    execute(program, arguments);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

fs::path models_program() {
  const fs::path program = program_directory() / "offramp-models";
  if (!fs::exists(program))
    throw UserError(
        "this build has no offramp-models (it was made with OFFRAMP_MODELS=OFF), which runs the networks; "
        "build with it, or copy a finished profile here");
  return program;
}

}  // namespace offramp
