#pragma once

#include <simgrid/forward.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/platform/tcp_connection.hpp"
#include "sim/platform/trace_link.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The scenario's network as SimGrid hosts and links: a star around the cloud, in which a device
/// reaches the cloud over its access link and its gateway's uplink. Links have latency 0, all of
/// them; latency is an event (a zero beside a non-zero latency starves the other flow).
///
/// A user's own platform file takes the star's place; its devices are dealt to its hosts in turn.
///
/// What can never limit anyone is left out of the routes (folded), which changes no flow's rate: the shares
/// are max-min fair over the rates that the links allow, and a link whose bound follows from the others'
/// bounds changes nothing of what is allowed.
///   - An access link, or cell, that is no slower than the uplink: all that crosses it crosses the uplink
///   too,
///     so that the uplink's bound implies its own, with however many flows. Such devices share their
///     gateway's host.
///   - An uplink that is no slower than all that can reach it: the sum of its devices' access links (of a
///     trace: its peak), when none of them was folded.
/// Wi-Fi is never folded, for both directions share its airtime, nor is an uplink behind it.
///
/// Devices whose gateway computes send to it over their access link alone, which is not folded; for them the
/// centre of the star stands for the gateway.
class NetworkPlatform {
 public:
  enum class Folding { off, on };

  /// @param device_groups  for every device, over all groups, its group
  /// @param replication    names the random streams, with the scenario's seed
  NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                  std::uint64_t replication, Folding folding = Folding::on);

  simgrid::s4u::Host* cloud() const { return cloud_; }
  std::size_t gateways() const { return gateways_; }
  std::size_t gateway_of(std::size_t device) const {
    return device < devices_ ? device % gateways_ : device - devices_;
  }
  std::size_t devices() const { return devices_; }
  /// A gateway that computes, as the sender of what it passes on: numbered behind the devices, it has a host,
  /// a path and a gateway as they do.
  std::size_t gateway_as_device(std::size_t gateway) const { return devices_ + gateway; }
  simgrid::s4u::Host* host_of(std::size_t device) const { return device_hosts_[device]; }

  /// Which path a device has to the cloud; many devices have the same.
  std::uint32_t path_of(std::size_t device) const { return path_of_device_[device]; }
  /// Whether devices with this path are limited by their uplink alone and wait in its buffer with the others.
  bool limited_by_uplink(std::size_t path) const { return limited_by_uplink_[path]; }
  /// Whether it leads over an uplink: not where it ends at a gateway that computes.
  bool crosses_uplink(std::size_t path) const { return crosses_uplink_[path]; }
  /// Its bottleneck and latency.
  const TcpPath& up_path(std::size_t path) const { return up_paths_[path]; }
  const TcpPath& down_path(std::size_t path) const { return down_paths_[path]; }

  /// Whether uplinks are shared in closed form (LinkSharing) instead of by SimGrid: the same rates, where the
  /// kernel's cost would grow with the transfers under way, every rate is constant and nothing fails.
  bool closed_form() const { return closed_form_; }
  /// Of every uplink: link 2g up and 2g + 1 down behind gateway g.
  std::vector<double> uplink_bytes_per_s() const;
  std::uint32_t uplink_of(std::size_t device, bool up) const {
    return static_cast<std::uint32_t>(2 * gateway_of(device) + (up ? 0 : 1));
  }
  /// What a device's own access link lets through; infinity where it is folded.
  double access_bytes_per_s(std::size_t path, bool up) const {
    return up ? access_up_[path] : access_down_[path];
  }

  /// Links that follow traces: none in most scenarios.
  const std::vector<std::unique_ptr<TraceLink>>& trace_links() const { return trace_links_; }
  static constexpr std::uint32_t kNoTrace = UINT32_MAX;
  /// Which of them this device's flows cross, or kNoTrace. Only when there are any.
  std::uint32_t trace_link(std::size_t device, bool up) const {
    return up ? trace_link_up_[device] : trace_link_down_[device];
  }

 private:
  void build_from_file(const NetworkSpec& network, std::size_t devices);
  struct Access;
  /// The Wi-Fi link of an access point and how many stations it has.
  struct AccessPoint {
    simgrid::s4u::Link* airtime = nullptr;
    std::size_t stations = 0;
  };
  struct Reach;
  std::vector<Reach> reach_of_gateways(const std::vector<Access>& access_of_group,
                                       const std::vector<std::uint32_t>& device_groups) const;
  struct AccessLinks;
  std::vector<Access> access_kinds(const Scenario& scenario);
  AccessLinks make_access_links(simgrid::s4u::NetZone* zone, const std::string& name, const Access& kind,
                                double offset);
  AccessPoint& access_point(simgrid::s4u::NetZone* star, const Access& kind, std::size_t gateway);
  std::uint32_t follow_trace(simgrid::s4u::Link* link, const TraceRates* rates, double offset_ms);

  bool is_closed_form(const Scenario& scenario, std::size_t devices) const;

  simgrid::s4u::Host* cloud_ = nullptr;
  bool closed_form_ = false;
  std::size_t gateways_;
  std::size_t devices_;
  double uplink_bytes_per_s_ = 0;
  std::vector<double> access_up_;  ///< [path]; infinity where the uplink is slower
  std::vector<double> access_down_;
  std::vector<simgrid::s4u::Host*> device_hosts_;
  std::vector<std::uint32_t> path_of_device_;
  std::vector<bool> limited_by_uplink_;  ///< [path]
  std::vector<bool> crosses_uplink_;     ///< [path]
  std::vector<TcpPath> up_paths_;
  std::vector<TcpPath> down_paths_;
  std::map<std::pair<const AccessSpec*, std::size_t>, AccessPoint> access_points_;  ///< by gateway
  std::vector<std::unique_ptr<TraceRates>> trace_rates_;
  std::vector<std::unique_ptr<TraceLink>> trace_links_;
  std::vector<std::uint32_t> trace_link_up_;  ///< [device]; empty when there are none
  std::vector<std::uint32_t> trace_link_down_;
};

}  // namespace offramp
