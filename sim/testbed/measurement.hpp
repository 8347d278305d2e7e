#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "sim/testbed/emulated_star.hpp"
#include "sim/testbed/packet_way.hpp"
#include "sim/testbed/work_order.hpp"

namespace offramp {

/// What one run on real processes came to.
struct Measurement {
  DeviceReport devices;
  CloudReport cloud;
  std::vector<Transmission> uplink;  ///< times since the start; nothing over loopback
  PacketWay::Counts up, down;
  double relay_worst_lateness_s = 0;
  bool real_time = false;  ///< its threads ran before all others of the machine
};

/// Runs an order once: a process for all devices, one for the cloud, and between them the loopback device or,
/// with a shape, an emulated network in namespaces of its own. All that it starts ends with it, also when
/// this process is killed. One at a time, from a thread that lives as long.
/// @param program  has the subcommands testbed-devices and testbed-cloud, which do serve_devices and
///                 serve_cloud
/// @param shape    of the network; needs root
/// @throws UserError without the right to make namespaces and devices
Measurement measure(WorkOrder order, const std::optional<StarShape>& shape,
                    const std::filesystem::path& program);

}  // namespace offramp
