#pragma once

#include <cstddef>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// What a piece of a network asks of a device's memory, at the device's precision.
struct MemoryNeed {
  double weight_bytes = 0;  ///< of all its segments and heads, which stay loaded
  double activation_bytes =
      0;  ///< the most that features of one segment or head hold at one time, for a batch
  bool activations_known = true;  ///< false: a profile of before these were counted; then they are the
                                  ///< features that its segments read alone

  double bytes() const { return weight_bytes + activation_bytes; }
};

/// @param first_exit, last_exit  whose segments and heads run there
/// @param batch                  images at once
MemoryNeed memory_need(const ExitProfile& profile, std::size_t first_exit, std::size_t last_exit,
                       const DeviceType& type, std::size_t batch);

}  // namespace offramp
