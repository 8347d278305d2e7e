#include "sim/cli/fresh_directory.hpp"

#include <fmt/format.h>

namespace offramp {
namespace fs = std::filesystem;

fs::path fresh_run_directory(const std::string& name) {
  fs::path directory = fs::path("runs") / name;
  for (int number = 2; fs::exists(directory); ++number)
    directory = fs::path("runs") / fmt::format("{}-{}", name, number);
  return directory;
}

}  // namespace offramp
