#pragma once

#include <cstddef>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// Time that a device of this type takes for a piece of a network on a batch of images:
///
///     calls * overhead + batch * flops / rate + (weights + batch * activations) / memory bandwidth
///
/// Every operator has its overhead, whatever the batch. Arithmetic and memory traffic add up: convolutions
/// are bound by the one, the operators between them by the other, and they run one after the other. The
/// overhead of starting a run (DeviceType::overhead_s_per_run) comes once on top, for all pieces that run in
/// one go.
double compute_time_s(const DeviceType& type, const ComputeCost& cost, std::size_t batch = 1);

/// Time of the segment that leads to an exit, and of the exit's head when it is asked: from the type's own
/// measured segments_s of this model when it has them (times of one image, which a batch takes one after the
/// other), else from the costs.
/// @param starts_run  whether the segment begins a run, whose overhead it then takes
/// @throws UserError when the type has neither for this model
double exit_time_s(const DeviceType& type, const ExitProfile& profile, std::size_t exit, bool asked,
                   bool starts_run, std::size_t batch = 1);

/// Time of a codec on this device, from its time on the machine that profiled and both machines'
/// yardsticks (see ExitProfile::zstd_s_per_byte).
double codec_time_s(const DeviceType& type, double profiled_s, double profiled_zstd_s_per_byte);

}  // namespace offramp
