#pragma once

#include <cstddef>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// Whether what a group's network runs on its device, on a gateway and in the cloud fits the memory there.
/// @param index    of the group in scenario.devices, for the message
/// @param group    that one, perhaps with another of its settings
/// @param profile  of its model
/// @throws UserError naming the scenario's file and every tier where it does not
void check_memory(const Scenario& scenario, std::size_t index, const DeviceGroup& group,
                  const ExitProfile& profile);

}  // namespace offramp
