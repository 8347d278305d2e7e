#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "models/cli/run_command_line.hpp"
#include "sim/core/error.hpp"

namespace {

// OpenMP's threads spin at barriers, which makes two of them several times slower than one on a busy
// machine. The library reads this once, when it is loaded, so the program starts itself again.
void make_openmp_wait_politely(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  ::setenv("OMP_WAIT_POLICY", "passive", 0);
  ::execv("/proc/self/exe", argv);  // returns only when it failed; then it works all the same, slower
}

}  // namespace

int main(int argc, char** argv) {
  make_openmp_wait_politely(argv);
  try {
    return offramp::run_models_command_line(argc, argv);
  } catch (const offramp::UserError& error) {
    for (const offramp::Problem& problem : error.problems()) fmt::print(stderr, "{}\n", problem.text());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "offramp-models: internal error: {}\n", error.what());
    return 1;
  }
}
