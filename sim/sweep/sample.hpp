#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace offramp {

/// How a sample picks its points.
enum class SampleMethod {
  random,           ///< each point by itself
  latin_hypercube,  ///< each key's range in as many equal parts as there are points, each part hit once
};

/// Where in its range each of `points` points lies, in [0, 1), for one key. The picks of a key come from the
/// stream (seed, key), so that a further key leaves the others as they are.
/// Source of the Latin hypercube: McKay, Beckman and Conover, Technometrics 1979.
/// @param key  its position among the sampled keys
std::vector<double> sample_shares(SampleMethod method, std::size_t points, std::uint64_t seed,
                                  std::size_t key);

}  // namespace offramp
