/// Prints Offramp beside real TCP, ns-3 and SimGrid's own models: offramp_validation NS3_DIR MEASURED_DIR
/// OUT_DIR [TABLE]...; without a table, all of them.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "tests/validation/tables.hpp"

int main(int argc, char** argv) {
  using namespace offramp::validation;
  const std::vector<std::pair<std::string, void (*)(const Folders&)>> tables = {
      {"transfers", print_transfers},
      {"dumbbell", print_dumbbell},
      {"real_dumbbell", print_real_dumbbell},
      {"sharing", print_sharing},
      {"standing_queue", print_standing_queue},
      {"loss", print_loss},
      {"queueing", print_queueing}};
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 3) {
    fmt::print(stderr, "usage: offramp_validation NS3_DIR MEASURED_DIR OUT_DIR [TABLE]...\n");
    return 2;
  }
  const Folders folders{arguments[0], arguments[1], arguments[2]};
  try {
    for (const auto& [name, print] : tables)
      if (arguments.size() == 3 || std::find(arguments.begin() + 3, arguments.end(), name) != arguments.end())
        print(folders);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "offramp_validation: {}\n", problem.what());
    return 1;
  }
}
