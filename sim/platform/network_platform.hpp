#pragma once

#include <simgrid/forward.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/platform/tcp_connection.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The scenario's network as SimGrid hosts and links: a star around the cloud, in which a device
/// reaches the cloud over its access link and its gateway's uplink. Links have latency 0, all of
/// them; latency is an event (a zero beside a non-zero latency starves the other flow).
///
/// An access link that is no slower than the uplink can never limit its only flow, and is folded:
/// such devices share their gateway's host.
class NetworkPlatform {
 public:
  /// @param device_groups  for every device, over all groups, its group
  NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups);

  simgrid::s4u::Host* cloud() const { return cloud_; }
  simgrid::s4u::Host* host_of(std::size_t device) const { return device_hosts_[device]; }

  /// Bottleneck and latency between a device of this group and the cloud.
  const TcpPath& up_path(std::size_t group) const { return up_paths_[group]; }
  const TcpPath& down_path(std::size_t group) const { return down_paths_[group]; }

 private:
  simgrid::s4u::Host* cloud_ = nullptr;
  std::vector<simgrid::s4u::Host*> device_hosts_;
  std::vector<TcpPath> up_paths_;
  std::vector<TcpPath> down_paths_;
};

}  // namespace offramp
