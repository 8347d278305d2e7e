#include "sim/testbed/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "sim/core/error.hpp"
#include "sim/testbed/monotonic.hpp"

namespace offramp {
namespace {

[[noreturn]] void fail_with(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const NetworkNamespace* inside)
    : name_(fmt::format("{} {}", program.filename().string(), arguments.empty() ? "" : arguments.front())) {
  int down[2], up[2];
  if (::pipe2(down, O_CLOEXEC) != 0) fail_with("pipe");
  const FileDescriptor child_in(down[0]);
  to_ = FileDescriptor(down[1]);
  if (::pipe2(up, O_CLOEXEC) != 0) fail_with("pipe");
  from_ = FileDescriptor(up[0]);
  const FileDescriptor child_out(up[1]);
  ::signal(SIGPIPE, SIG_IGN);  // a child that has ended is told of by write_line
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) fail_with("fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before it could be watched
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(child_in.get(), STDIN_FILENO);
  ::dup2(child_out.get(), STDOUT_FILENO);
  if (inside != nullptr) {
    try {
      inside->enter();
    } catch (const std::exception&) {
      ::_exit(127);
    }
  }
  ::setenv("OMP_WAIT_POLICY", "passive", 0);  // what offramp-models wants, and would start itself anew for
  ::setenv("OMP_NUM_THREADS", "1", 1);        // in whatever thread LibTorch is called
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::write_line(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(to_.get(), text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    at += static_cast<std::size_t>(written);
  }
}

std::string ChildProcess::read_line(double until_s) {
  for (;;) {
    if (const std::size_t end = held_.find('\n'); end != std::string::npos) {
      std::string line = held_.substr(0, end);
      held_.erase(0, end + 1);
      return line;
    }
    pollfd asked{from_.get(), POLLIN, 0};
    const double wait_s = until_s - monotonic_s();
    if (wait_s <= 0) throw std::runtime_error(name_ + " does not answer");
    if (::poll(&asked, 1, static_cast<int>(std::min(1000.0, 1000 * wait_s)) + 1) <= 0) continue;
    char buffer[1 << 16];
    const ssize_t got = ::read(from_.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail();
    held_.append(buffer, static_cast<std::size_t>(got));
  }
}

/// It has closed its end: how it ended says what to tell.
void ChildProcess::fail() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
    throw UserError(name_ + " could not do its part; the cause is above");
  throw std::runtime_error(WIFSIGNALED(status)
                               ? fmt::format("{} was ended by signal {}", name_, WTERMSIG(status))
                               : fmt::format("{} ended with code {}", name_, WEXITSTATUS(status)));
}

}  // namespace offramp
