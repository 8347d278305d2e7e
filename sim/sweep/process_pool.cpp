#include "sim/sweep/process_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

/// The first byte that a child sends.
enum Verdict : char { kResult = 'r', kUserError = 'u', kFailure = 'f' };

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ::_exit(1);  // the parent is gone
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

[[noreturn]] void be_child(pid_t parent, int fd, std::size_t task,
                           const std::function<std::string(std::size_t)>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it had ended before
  std::string message;
  try {
    message = static_cast<char>(kResult) + work(task);
  } catch (const UserError& error) {
    message = static_cast<char>(kUserError) + std::string(error.what());
  } catch (const std::exception& error) {
    message = static_cast<char>(kFailure) + std::string(error.what());
  }
  write_all(fd, message);
  std::fflush(nullptr);
  ::_exit(0);  // destructors and exit handlers are the parent's
}

/// A forked task and the pipe that it answers through.
class Child {
 public:
  Child(std::size_t task, const std::function<std::string(std::size_t)>& work) : task_(task) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
      const int error = errno;
      ::close(ends[0]);
      ::close(ends[1]);
      throw std::system_error(error, std::generic_category(), "fork");
    }
    if (pid_ == 0) {
      ::close(ends[0]);
      be_child(parent, ends[1], task, work);
    }
    ::close(ends[1]);
    fd_ = ends[0];
  }

  ~Child() {
    if (fd_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::close(fd_);
    ::waitpid(pid_, nullptr, 0);
  }

  Child(Child&& other) noexcept
      : task_(other.task_), pid_(other.pid_), fd_(other.fd_), answer_(std::move(other.answer_)) {
    other.fd_ = -1;
  }
  Child& operator=(Child&& other) noexcept {
    std::swap(task_, other.task_);
    std::swap(pid_, other.pid_);
    std::swap(fd_, other.fd_);
    std::swap(answer_, other.answer_);
    return *this;
  }

  std::size_t task() const { return task_; }
  int fd() const { return fd_; }

  /// Takes in what the pipe holds. @return false when the child has said everything
  bool read_more() {
    std::array<char, 1 << 16> buffer;
    const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return true;
    if (got > 0) answer_.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  /// Waits for the end of the child.
  TaskAnswer finish() {
    ::close(fd_);
    fd_ = -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    TaskAnswer answer{task_, {}, {}, false};
    if (WIFSIGNALED(status)) {
      answer.error = fmt::format("the process of task {} was ended by signal {} ({}){}", task_,
                                 WTERMSIG(status), ::strsignal(WTERMSIG(status)),
                                 WTERMSIG(status) == SIGKILL ? "; was memory short?" : "");
    } else if (answer_.empty()) {
      answer.error = fmt::format("the process of task {} gave no answer", task_);
    } else if (answer_.front() == kResult) {
      answer.result = answer_.substr(1);
    } else {
      answer.user_can_fix = answer_.front() == kUserError;
      answer.error = answer.user_can_fix ? answer_.substr(1)
                                         : fmt::format("task {} failed: {}", task_, answer_.substr(1));
    }
    return answer;
  }

 private:
  std::size_t task_;
  pid_t pid_ = -1;
  int fd_ = -1;
  std::string answer_;
};

/// SIGINT and SIGTERM as something to poll for, while it lives.
class Interruption {
 public:
  Interruption() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, &before_);
    fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  }
  ~Interruption() {
    signalfd_siginfo taken{};
    while (::read(fd_, &taken, sizeof taken) > 0) {
    }
    ::close(fd_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  sigset_t before_{};
};

/// @param interruption  polled too; -1: nothing
/// @return whether it has something to say
bool wait_for_news(const std::vector<Child>& children, int interruption, const std::function<void()>& on_tick,
                   std::vector<pollfd>& polled) {
  constexpr int kTickMs = 250;
  polled.clear();
  for (const Child& child : children) polled.push_back({child.fd(), POLLIN, 0});
  polled.push_back({interruption, POLLIN, 0});
  for (;;) {
    const int news = ::poll(polled.data(), polled.size(), on_tick ? kTickMs : -1);
    if (news > 0 || (news < 0 && errno != EINTR)) break;
    if (news == 0 && on_tick) on_tick();
  }
  return polled.back().revents != 0;
}

bool stream_tasks(std::size_t at_once, int interruption,
                  const std::function<std::optional<std::size_t>()>& next,
                  const std::function<std::string(std::size_t)>& work,
                  const std::function<void(const TaskAnswer&)>& on_answer,
                  const std::function<void()>& on_tick = {}) {
  std::vector<Child> running;
  std::vector<pollfd> polled;
  for (;;) {
    while (running.size() < std::max<std::size_t>(1, at_once)) {
      const std::optional<std::size_t> task = next();
      if (!task) break;
      running.emplace_back(*task, work);
    }
    if (running.empty()) return true;
    if (wait_for_news(running, interruption, on_tick, polled)) return false;
    for (std::size_t i = running.size(); i-- > 0;) {
      if (polled[i].revents == 0 || running[i].read_more()) continue;
      const TaskAnswer answer = running[i].finish();
      std::swap(running[i], running.back());
      running.pop_back();
      on_answer(answer);
    }
  }
}

}  // namespace

std::size_t available_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

bool run_task_stream(std::size_t at_once, const std::function<std::optional<std::size_t>()>& next,
                     const std::function<std::string(std::size_t)>& work,
                     const std::function<void(const TaskAnswer&)>& on_answer) {
  const Interruption interruption;
  return stream_tasks(at_once, interruption.fd(), next, work, on_answer);
}

std::vector<std::string> run_in_processes(std::size_t tasks, std::size_t at_once,
                                          const std::function<std::string(std::size_t)>& work,
                                          const std::function<void(std::size_t)>& on_done,
                                          const std::function<void()>& on_tick) {
  std::vector<std::string> results(tasks);
  std::size_t started = 0;
  std::size_t done = 0;
  stream_tasks(
      at_once, -1, [&] { return started < tasks ? std::optional(started++) : std::nullopt; }, work,
      [&](const TaskAnswer& answer) {
        if (answer.user_can_fix) throw UserError(answer.error);
        if (answer.failed()) throw std::runtime_error(answer.error);
        results[answer.task] = answer.result;
        ++done;
        if (on_done) on_done(done);
      },
      on_tick);
  return results;
}

}  // namespace offramp
