#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace offramp::validation {

/// Seed of both simulators' arrivals.
inline constexpr std::uint64_t kSeed = 1;

/// One upload of a dumbbell's device.
struct Arrival {
  std::uint32_t device = 0;
  double at_s = 0;
};

/// The Poisson arrivals of a scenario with this seed, in order of time: the very streams that its devices
/// draw from, so that ns-3 is given what Offramp simulates.
std::vector<Arrival> poisson_uploads(std::size_t devices, double rate_per_s, double until_s);

}  // namespace offramp::validation
