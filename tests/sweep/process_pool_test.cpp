#include "sim/sweep/process_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <numeric>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
using Strings = std::vector<std::string>;

namespace {

constexpr int kPatienceMs = 60'000;  // only a pool that is broken lets a test wait so long

/// A token that one process puts down and another takes up.
class Token {
 public:
  Token() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  ~Token() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  void put() const {
    if (::write(ends_[1], "x", 1) != 1) throw std::runtime_error("write");
  }
  void take() const {
    char byte = 0;
    if (!readable() || ::read(ends_[0], &byte, 1) != 1) throw std::runtime_error("no token came");
  }
  /// Whether, once this process has let go, no other holds the token's writing end.
  bool no_one_else_can_put() {
    ::close(ends_[1]);
    ends_[1] = -1;
    char byte = 0;
    return readable() && ::read(ends_[0], &byte, 1) == 0;
  }

 private:
  bool readable() const {
    pollfd polled{ends_[0], POLLIN, 0};
    return ::poll(&polled, 1, kPatienceMs) == 1;
  }

  std::array<int, 2> ends_{};
};

bool no_child_is_left() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

std::string number(std::size_t task) { return fmt::format("{}", task); }

/// Stays until it is killed.
[[noreturn]] void stay() {
  ::alarm(kPatienceMs / 1000);
  for (;;) ::pause();
}

}  // namespace

TEST_CASE("results come in order of tasks though the tasks end in reverse") {
  // All run at once; whenever one has ended the next lower one is allowed to: task 4 ends first, task 0 last.
  constexpr std::size_t kTasks = 5;
  std::array<Token, kTasks> may_end;
  may_end[kTasks - 1].put();
  const Strings results = run_in_processes(
      kTasks, kTasks,
      [&](std::size_t task) {
        may_end[task].take();
        return number(task);
      },
      [&](std::size_t done) {
        if (done < kTasks) may_end[kTasks - 1 - done].put();
      });
  CHECK(results == Strings{"0", "1", "2", "3", "4"});
}

TEST_CASE("tasks run beside each other") {
  // Each of three puts down a token for the next and waits for the one before: alone none could end.
  std::array<Token, 3> met;
  const Strings results = run_in_processes(3, 3, [&](std::size_t task) {
    met[(task + 1) % 3].put();
    met[task].take();
    return number(task);
  });
  CHECK(results == Strings{"0", "1", "2"});
}

TEST_CASE("never more tasks run than are allowed at once") {
  // A child sees `done` as it was when it was forked. Task k is the (k + 1)st to be started, so that k + 1 -
  // done run with it.
  for (const std::size_t at_once : {1U, 3U}) {
    CAPTURE(at_once);
    std::size_t done = 0;
    const Strings done_at_start = run_in_processes(
        12, at_once, [&](std::size_t) { return number(done); }, [&](std::size_t now) { done = now; });
    REQUIRE(done_at_start.size() == 12);
    for (std::size_t task = 0; task < 12; ++task)
      CHECK(task + 1 - std::stoul(done_at_start[task]) <= at_once);
  }
}

TEST_CASE("how many are done is told after each") {
  std::vector<std::size_t> told;
  run_in_processes(4, 2, number, [&](std::size_t done) { told.push_back(done); });
  CHECK(told == std::vector<std::size_t>{1, 2, 3, 4});
}

TEST_CASE("each task is a process of its own") {
  int touched = 0;
  const Strings pids = run_in_processes(2, 1, [&](std::size_t) {
    ++touched;
    return fmt::format("{}/{}", ::getpid(), touched);
  });
  CHECK(pids[0] != pids[1]);
  CHECK_THAT(pids[1], Catch::Matchers::EndsWith("/1"));  // what task 0 did is not seen by task 1
  CHECK(touched == 0);
}

TEST_CASE("no tasks are no results") {
  CHECK(run_in_processes(0, 4, number).empty());
  CHECK(no_child_is_left());
}

TEST_CASE("a result larger than a pipe arrives whole") {
  // A pipe holds 64 KiB; the result is 5 MB in which every byte depends on its place and task.
  const auto large = [](std::size_t task) {
    std::string text(5'000'000, ' ');
    for (std::size_t i = 0; i < text.size(); ++i)
      text[i] = static_cast<char>((i * 31 + i / 251 + task) % 256);
    return text;
  };
  const Strings results = run_in_processes(3, 3, large);
  for (std::size_t task = 0; task < 3; ++task) CHECK((results[task] == large(task)));
}

TEST_CASE("an empty result is a result") {
  CHECK(run_in_processes(2, 2, [](std::size_t) { return std::string(); }) == Strings{"", ""});
}

TEST_CASE("what the user can mend stays what the user can mend") {
  const auto fail = [](std::size_t) -> std::string {
    throw UserError(Place{"disk.csv"}, "cannot be written: No space left on device");
  };
  CHECK_THROWS_AS(run_in_processes(1, 1, fail), UserError);
  CHECK_THROWS_WITH(run_in_processes(1, 1, fail), "disk.csv: cannot be written: No space left on device");
}

TEST_CASE("another failure names its task") {
  const auto fail = [](std::size_t task) -> std::string {
    if (task == 2) throw std::out_of_range("no image 70000");
    return "";
  };
  CHECK_THROWS_WITH(run_in_processes(4, 1, fail),
                    ContainsSubstring("task 2") && ContainsSubstring("no image 70000"));
  CHECK_THROWS_AS(run_in_processes(4, 1, fail), std::runtime_error);
}

TEST_CASE("a task that is killed is named with the signal") {
  const auto die = [](std::size_t task) -> std::string {
    if (task == 1) ::raise(SIGKILL);
    return "";
  };
  CHECK_THROWS_WITH(run_in_processes(3, 1, die), ContainsSubstring("task 1") &&
                                                     ContainsSubstring("signal 9") &&
                                                     ContainsSubstring("memory"));
}

TEST_CASE("a task that ends without an answer is named") {
  const auto leave = [](std::size_t task) -> std::string {
    if (task == 1) ::_exit(0);
    return "";
  };
  CHECK_THROWS_WITH(run_in_processes(3, 1, leave),
                    ContainsSubstring("task 1") && ContainsSubstring("no answer"));
}

TEST_CASE("no zombie stays behind") {
  run_in_processes(8, 3, number);
  CHECK(no_child_is_left());
}

TEST_CASE("when one task fails the others are ended") {
  // Tasks 0 and 2 stay until they are killed and hold the token all the time.
  Token held;
  const auto work = [](std::size_t task) -> std::string {
    if (task != 1) stay();
    throw UserError("enough");
  };
  CHECK_THROWS_AS(run_in_processes(3, 3, work), UserError);
  CHECK(no_child_is_left());
  CHECK(held.no_one_else_can_put());
}

TEST_CASE("a task that fails keeps those behind it from starting") {
  Token started;
  const auto work = [&](std::size_t task) -> std::string {
    if (task == 0) throw UserError("enough");
    started.put();
    return "";
  };
  CHECK_THROWS_AS(run_in_processes(5, 1, work), UserError);
  CHECK(started.no_one_else_can_put());  // and no token lies in the pipe
}

TEST_CASE("while it waits somebody is told the time") {
  // The task ends only when it has been told so from a tick.
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  int ticks = 0;
  const Strings results = run_in_processes(
      1, 1,
      [&](std::size_t) {
        char told = 0;
        return std::string(::read(ends[0], &told, 1) == 1 ? "told" : "not told");
      },
      {},
      [&] {
        ++ticks;
        CHECK(::write(ends[1], "x", 1) == 1);
      });
  CHECK(results == Strings{"told"});
  CHECK(ticks >= 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("there is a processor") { CHECK(available_processors() >= 1); }
