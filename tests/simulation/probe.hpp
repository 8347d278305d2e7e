#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/simulation.hpp"

namespace offramp {

/// A profile of one image size with two exits and two classes, made for a test's derivation: every image
/// costs the same bytes, and `sure[i]` says whether exit 0 is sure of image i (entropy near 0) or knows
/// nothing (entropy ln 2). Both exits are right about every image.
struct ProbeProfile {
  ProbeProfile(std::vector<bool> sure, std::uint32_t coded_bytes);

  std::vector<std::int32_t> labels;
  std::vector<float> early_logits;
  std::vector<float> final_logits;
  std::vector<std::uint32_t> coded_bytes;

  /// Split "input" and split "exit 0", each with the exact codec "probe"; no compute costs.
  ExitProfile profile() const;
};

/// A device type that computes in no time, so that only the network and queues are left.
DeviceType instant_device();

/// Of a link on which a packet takes no time, for tests of another link.
inline constexpr double kEndlessBytesPerS = 1e15;

/// One group of `count` devices with Poisson arrivals that offload every image, a link that is given, an
/// instant cloud; 100 s.
Scenario probe_scenario(std::size_t count, double rate_per_s);

/// Simulates in a process of its own, as every simulation must.
Replication simulate_apart(const Scenario& scenario, const ExitProfile& profile,
                           std::uint64_t replication = 0);
/// The same with a profile for each of route_owners: for each group, then for each night.
Replication simulate_apart(const Scenario& scenario, const std::vector<ExitProfile>& profiles,
                           std::uint64_t replication = 0);

}  // namespace offramp
