// For every compiler: reads the seeds and the files that are named, then inputs changed at random.
//   fuzz_NAME [--seconds S] [--executions N] [--seed N] [FILE...]
// An input that ends the program lies in ./crash-NAME afterwards.
#include <fcntl.h>
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/checked_read.hpp"
#include "tests/fuzz/mutation.hpp"

using namespace offramp::fuzz;

namespace {

std::string crash_file;
const std::string* current = nullptr;

/// Only calls that a signal handler may make.
void keep_input(int number) {
  if (current != nullptr) {
    const int file = ::open(crash_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && ::write(file, current->data(), current->size()) >= 0) ::close(file);
  }
  std::signal(number, SIG_DFL);
  std::raise(number);
}

/// Of this process's own time, which a busy machine does not shorten.
void set_timer(int seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = seconds;
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

void read_one(const FuzzTarget& target, const std::string& input) {
  current = &input;
  set_timer(20);  // SIGPROF: a reader that hangs
  read_checked(target, bytes_of(input));
  set_timer(0);
  current = nullptr;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string program = arguments[0];
  crash_file = "crash-" + program.substr(program.rfind('/') + 1);
  for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL, SIGPROF})
    std::signal(number, keep_input);
  ::pthread_atfork(nullptr, nullptr, [] { current = nullptr; });  // a child may end as it likes
  double seconds = 0;
  unsigned long long least = 0, seed = 1, executions = 0;
  const FuzzTarget target = fuzz_target();
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto value = [&] { return i + 1 < count ? arguments[++i] : "0"; };
    if (argument == "--seconds") {
      seconds = std::atof(value());
    } else if (argument == "--executions") {
      least = std::strtoull(value(), nullptr, 10);
    } else if (argument == "--seed") {
      seed = std::strtoull(value(), nullptr, 10);
    } else {
      std::ifstream in(argument, std::ios::binary);
      read_one(target, {std::istreambuf_iterator<char>(in), {}});
      ++executions;
    }
  }
  for (const std::string& text : target.seeds) read_one(target, text), ++executions;
  Mutation mutation(target.seeds, target.tokens, seed);
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed_s = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  while (elapsed_s() < seconds || executions < least) read_one(target, mutation.next()), ++executions;
  std::printf("%s: %llu inputs, at most %.0f %% of the memory bound of %zu bytes a byte + %zu\n",
              program.substr(program.rfind('/') + 1).c_str(), executions, 100 * largest_share_of_bound(),
              target.memory.per_byte, target.memory.fixed);
  return 0;
}
