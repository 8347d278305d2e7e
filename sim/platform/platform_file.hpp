#pragma once

#include <simgrid/forward.h>

#include <vector>

#include "sim/platform/tcp_window.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// A user's platform, loaded into the Engine: where the cloud and the devices stand, and how data travel
/// between. The latencies of its links are taken out of SimGrid, for latency is an event of ours.
struct LoadedPlatform {
  simgrid::s4u::Host* cloud = nullptr;
  std::vector<simgrid::s4u::Host*> device_hosts;  ///< in natural order of their names: cam-2 before cam-10
  std::vector<TcpPath> up_paths;                  ///< [device_hosts]: bottleneck and latency of the route
  std::vector<TcpPath> down_paths;
};

/// Needs an Engine.
/// @throws UserError when the file cannot be used: not SimGrid's XML, no such hosts, no route, Wi-Fi links
LoadedPlatform load_platform_file(const PlatformFile& file, double buffer_bytes);

/// Whether the scenario's platform file, if it has one, can be used: loads it in a process of its own, since
/// SimGrid ends the process on some mistakes.
/// @throws UserError as load_platform_file
void check_platform_file(const NetworkSpec& network);

}  // namespace offramp
