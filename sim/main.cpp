#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "sim/cli/program.hpp"
#include "sim/core/error.hpp"

/// Exit code 0 when it worked, 2 when the user can fix it, 1 when we must.
int main(int argc, char** argv) {
  try {
    return offramp::run_program(argc, argv);
  } catch (const offramp::UserError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "offramp: internal error: {}\nPlease report it with the scenario.\n", error.what());
    return 1;
  }
}
