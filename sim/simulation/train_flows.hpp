#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/platform/flows.hpp"
#include "sim/platform/network_platform.hpp"
#include "sim/record/transfer_rate_meter.hpp"
#include "sim/simulation/connection_pool.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/link_sharing.hpp"
#include "sim/simulation/outages.hpp"
#include "sim/simulation/stalled_flows.hpp"
#include "sim/simulation/trace_clock.hpp"

namespace offramp {

/// What crosses links: of each lane at most one train, Lane::flow. By SimGrid's kernel, or, where the
/// platform allows it, by LinkSharing. The meter is told of what crosses uplinks on its way up.
class TrainFlows {
 public:
  using Direction = TcpConnection::Direction;
  /// Told when the last byte has left. It must not start another from there.
  using Listener = std::function<void(std::uint32_t connection, Direction direction)>;

  TrainFlows(const NetworkPlatform& platform, Outages& outages, EventQueue& events,
             ConnectionPool& connections, TransferRateMeter& uplink_meter, Listener on_done);

  /// Lane::flow starts now.
  void start(std::uint32_t connection, Direction direction);
  /// A device has crashed. What lies in the uplink's buffer still crosses it, for nobody.
  void crash(std::uint32_t device);
  /// At the horizon: gives the meter the bytes that unfinished flows have sent.
  void account_unfinished(double horizon_s);

 private:
  void on_done(std::uint32_t subject);

  const NetworkPlatform& platform_;
  EventQueue& events_;
  ConnectionPool& connections_;
  TransferRateMeter& uplink_meter_;
  Listener on_done_;
  Flows flows_;
  std::optional<LinkSharing> sharing_;  ///< carries them instead, where it can
  StalledFlows stalled_flows_;
  TraceClock trace_clock_;
};

}  // namespace offramp
