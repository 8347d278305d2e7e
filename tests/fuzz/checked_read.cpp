#include "tests/fuzz/checked_read.hpp"

#include <algorithm>
#include <cstdio>

#include "tests/fuzz/memory_meter.hpp"

namespace offramp::fuzz {
namespace {
double largest_share = 0;
}

void read_checked(const FuzzTarget& target, Bytes input) {
  MemoryMeter::start();
  target.read(input);
  const std::size_t peak = MemoryMeter::peak_bytes();
  const std::size_t bound = target.memory.per_byte * input.size() + target.memory.fixed;
  largest_share = std::max(largest_share, static_cast<double>(peak) / static_cast<double>(bound));
  if (peak > bound) std::fprintf(stderr, "fuzz: %zu bytes held for an input of %zu\n", peak, input.size());
  require(peak <= bound, "the memory that a reader takes");
}

double largest_share_of_bound() { return largest_share; }

}  // namespace offramp::fuzz
