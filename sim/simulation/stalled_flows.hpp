#pragma once

#include <cstdint>

#include "sim/platform/flows.hpp"
#include "sim/platform/network_platform.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/outages.hpp"

namespace offramp {

/// What an outage of a link does to flows.
///
/// A device that is limited by its uplink has its segments in the uplink's buffer: there they wait for the
/// uplink, and leave when it is back; its access link is behind them (Transport loses what is sent over one
/// that is down, and sends it again).
///
/// The flows of others stall with any link of their way, and so does who begins one, and nobody tells the
/// sender when it is back. It tries again when its timer goes off, first after 200 ms plus the path's round
/// trip (Linux), then after twice as long each time, up to 120 s (RFC 6298), and goes on at the first try
/// that finds the way open. What has left the links before the outage arrives.
class StalledFlows final : private EventHandler, private OutageListener {
 public:
  /// Does nothing when no link of the scenario can fail.
  StalledFlows(Outages& outages, Flows& flows, const NetworkPlatform& platform, EventQueue& events);

 private:
  void on_down(OutageSpec::What what, std::uint32_t target) override;
  void on_up(OutageSpec::What what, std::uint32_t target) override;
  void on_event(std::uint32_t attempt_and_generation, std::uint32_t flow) override;
  bool lies_in_uplink_buffer(std::uint32_t device) const {
    return platform_.limited_by_uplink(platform_.path_of(device));
  }
  bool crosses_uplink(std::uint32_t device) const {
    return platform_.crosses_uplink(platform_.path_of(device));
  }
  bool way_open(std::uint32_t device) const;
  void try_later(std::uint32_t flow, std::uint32_t device, std::uint32_t attempt);

  const Outages& outages_;
  Flows& flows_;
  const NetworkPlatform& platform_;
  EventQueue& events_;
};

}  // namespace offramp
