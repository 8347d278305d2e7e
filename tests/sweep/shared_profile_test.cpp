#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;

namespace {

/// Of the memory that an address lies in: what this process has for itself alone (/proc/self/smaps).
std::size_t private_dirty_bytes(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream smaps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    std::istringstream head(line);
    if (head >> std::hex >> from >> dash >> to && dash == '-') {
      inside = from <= wanted && wanted < to;
    } else if (inside && line.starts_with("Private_Dirty:")) {
      return 1024 * std::stoul(line.substr(14));
    }
  }
  throw std::runtime_error("the address lies nowhere");
}

/// The answers of the small profile, again and again.
template <class T>
void repeat(std::vector<T>& values, std::size_t times) {
  const std::vector<T> once = values;
  values.clear();
  for (std::size_t i = 0; i < times; ++i) values.insert(values.end(), once.begin(), once.end());
}

}  // namespace

TEST_CASE("workers share what a profile says, so that memory does not grow with their number") {
  // 16-bit floats are made wider when the profile is read, once, before the workers are forked.
  const ScratchDirectory scratch;
  SmallProfile numbers;
  repeat(numbers.test_labels, 500'000);
  repeat(numbers.test_logits, 500'000);
  repeat(numbers.coded_test_logits, 500'000);
  repeat(numbers.test_bytes, 500'000);
  write_exit_profile(scratch / "p", numbers.profile());
  const ExitProfile profile = read_exit_profile(scratch / "p");
  const std::span<const float> logits = profile.set("test").logits[0];
  const auto answers = run_in_processes(3, 3, [&](std::size_t) {
    const volatile float sum = std::accumulate(logits.begin(), logits.end(), 0.0F);  // every page is read
    static_cast<void>(sum);
    return std::to_string(private_dirty_bytes(logits.data()));
  });
  // What else lies in the same mapping may be written to, which is less than a tenth of it.
  for (const std::string& answer : answers) CHECK(std::stoul(answer) < logits.size_bytes() / 10);
}
