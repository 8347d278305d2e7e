#include <fmt/format.h>

#include <fstream>
#include <numeric>
#include <sstream>

#include "sim/profile/exit_profile.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/catch.hpp"
#include "tests/cli/tiny_model.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;

namespace {

/// What /proc/self/smaps says of the mapping that an address lies in.
struct Mapping {
  std::string file;
  long private_dirty_kb = -1;  ///< pages that this process has for itself alone
};

Mapping mapping_of(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream smaps("/proc/self/smaps");
  Mapping mapping;
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    std::istringstream head(line);
    if (head >> std::hex >> from >> dash >> to && dash == '-') {
      inside = from <= wanted && wanted < to;
      if (inside) mapping.file = line.substr(line.find_last_of(' ') + 1);
    } else if (inside && line.starts_with("Private_Dirty:")) {
      std::istringstream(line.substr(14)) >> mapping.private_dirty_kb;
    }
  }
  return mapping;
}

}  // namespace

TEST_CASE("workers share a profile's pages with the file, so that memory does not grow with their number") {
  const ScratchDirectory scratch;
  write_tiny_model(scratch.path());
  const ExitProfile profile = read_exit_profile(scratch.path() / "profile.safetensors");
  const auto answers = run_in_processes(3, 3, [&](std::size_t) {
    const std::span<const float> logits = profile.sets[0].logits[0];
    const volatile float sum = std::accumulate(logits.begin(), logits.end(), 0.0F);  // every page is read
    static_cast<void>(sum);
    const Mapping mapping = mapping_of(logits.data());
    return fmt::format("{} {}", mapping.file.ends_with("profile.safetensors"), mapping.private_dirty_kb);
  });
  for (const std::string& answer : answers) CHECK(answer == "true 0");
}
