#pragma once

#include <cstdint>
#include <vector>

#include "sim/platform/service_spread.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// How much longer than on average the devices' work takes, each from a random stream of its own.
class DeviceSpreads {
 public:
  /// @param device_groups  for every device its group
  DeviceSpreads(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                std::uint64_t replication);

  /// Of a device's next piece of work; 1 where no device's type has a spread.
  double next_factor(std::uint32_t device) { return spreads_.empty() ? 1 : spreads_[device].factor(); }

 private:
  std::vector<ServiceSpread> spreads_;  ///< one a device; empty when no type has a spread
};

}  // namespace offramp
