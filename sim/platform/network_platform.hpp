#pragma once

#include <simgrid/forward.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/platform/tcp_connection.hpp"
#include "sim/platform/trace_link.hpp"
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
  /// @param replication    names the random streams, with the scenario's seed
  NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                  std::uint64_t replication);

  simgrid::s4u::Host* cloud() const { return cloud_; }
  simgrid::s4u::Host* host_of(std::size_t device) const { return device_hosts_[device]; }

  std::size_t gateways() const { return gateways_; }
  std::size_t gateway_of(std::size_t device) const { return device % gateways_; }
  /// Whether a device of this group is limited by its uplink alone and waits in its buffer with the others.
  bool limited_by_uplink(std::size_t group) const { return limited_by_uplink_[group]; }

  /// Bottleneck and latency between a device of this group and the cloud.
  const TcpPath& up_path(std::size_t group) const { return up_paths_[group]; }
  const TcpPath& down_path(std::size_t group) const { return down_paths_[group]; }

  /// Whether uplinks are shared in closed form (LinkSharing) instead of by SimGrid: the same rates, where the
  /// kernel's cost would grow with the transfers under way, and every rate is constant.
  bool closed_form() const { return closed_form_; }
  /// Of every uplink: link 2g up and 2g + 1 down behind gateway g.
  std::vector<double> uplink_bytes_per_s() const;
  std::uint32_t uplink_of(std::size_t device, bool up) const {
    return static_cast<std::uint32_t>(2 * gateway_of(device) + (up ? 0 : 1));
  }
  /// What a device's own access link lets through; infinity where it is folded.
  double access_bytes_per_s(std::size_t group, bool up) const {
    return up ? access_up_[group] : access_down_[group];
  }

  /// Links that follow traces: none in most scenarios.
  const std::vector<std::unique_ptr<TraceLink>>& trace_links() const { return trace_links_; }
  static constexpr std::uint32_t kNoTrace = UINT32_MAX;
  /// Which of them this device's flows cross, or kNoTrace. Only when there are any.
  std::uint32_t trace_link(std::size_t device, bool up) const {
    return up ? trace_link_up_[device] : trace_link_down_[device];
  }

 private:
  struct Access;
  struct AccessLinks;
  std::vector<Access> access_kinds(const Scenario& scenario);
  AccessLinks make_access_links(simgrid::s4u::NetZone* zone, const std::string& name, const Access& kind,
                                double offset);
  std::uint32_t follow_trace(simgrid::s4u::Link* link, const TraceRates* rates, double offset_ms);

  bool is_closed_form(const Scenario& scenario, std::size_t devices) const;

  simgrid::s4u::Host* cloud_ = nullptr;
  bool closed_form_ = false;
  std::size_t gateways_ = 1;
  double uplink_bytes_per_s_ = 0;
  std::vector<double> access_up_;  ///< [group]; infinity where the uplink is slower
  std::vector<double> access_down_;
  std::vector<simgrid::s4u::Host*> device_hosts_;
  std::vector<bool> limited_by_uplink_;  ///< a group
  std::vector<TcpPath> up_paths_;
  std::vector<TcpPath> down_paths_;
  std::vector<std::unique_ptr<TraceRates>> trace_rates_;
  std::vector<std::unique_ptr<TraceLink>> trace_links_;
  std::vector<std::uint32_t> trace_link_up_;  ///< [device]; empty when there are none
  std::vector<std::uint32_t> trace_link_down_;
};

}  // namespace offramp
