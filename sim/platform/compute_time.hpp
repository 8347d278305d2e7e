#pragma once

#include <cstddef>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// Time that a device of this type takes for a piece of a network on a batch of images:
///
///     calls * overhead + max(batch * flops / rate, (weights + batch * activations) / memory bandwidth)
///
/// Every operator has its overhead, whatever the batch; arithmetic and memory traffic overlap.
double compute_time_s(const DeviceType& type, const ComputeCost& cost, std::size_t batch = 1);

/// Time of a codec on this device, from its time on the machine that profiled and both machines'
/// yardsticks (see ExitProfile::zstd_s_per_byte).
double codec_time_s(const DeviceType& type, double profiled_s, double profiled_zstd_s_per_byte);

}  // namespace offramp
