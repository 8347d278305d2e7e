#pragma once

#include "tests/fuzz/fuzz_target.hpp"

namespace offramp::fuzz {

/// One execution: reads, and checks the bound on memory.
void read_checked(const FuzzTarget& target, Bytes input);

/// The largest share of its bound that an input has taken so far.
double largest_share_of_bound();

}  // namespace offramp::fuzz
