#pragma once

#include <cstdint>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// Which frame a camera shows next, where its group says so with `people`: the frames of a set in their
/// order, over and over, from a frame of its own on.
class FrameSource {
 public:
  /// Whether any group says so.
  static bool needed_by(const Scenario& scenario);

  FrameSource(const Scenario& scenario, const std::vector<RoutePlan>& routes,
              const std::vector<std::uint32_t>& device_groups, std::uint64_t replication);

  /// Whether this group's cameras show what next_frame says.
  bool serves(std::uint32_t group) const { return serves_[group] != 0; }
  /// @param frames  of the set that the camera shows now
  std::uint32_t next_frame(std::uint32_t device, std::uint32_t frames);

 private:
  std::vector<std::uint8_t> serves_;  ///< [group]
  std::vector<std::uint32_t> next_;   ///< [device]
};

}  // namespace offramp
