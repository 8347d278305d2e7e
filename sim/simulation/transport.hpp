#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/platform/flows.hpp"
#include "sim/platform/network_platform.hpp"
#include "sim/record/transfer_rate_meter.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/request_pool.hpp"
#include "sim/simulation/trace_clock.hpp"

namespace offramp {

/// Told of messages that travel. Called from completions; it must not start flows itself.
class TransportListener {
 public:
  /// The last byte has left the sender.
  virtual void on_sent_up(std::uint32_t request) = 0;
  /// The last byte will be at its receiver at `arrives_s` (not before now).
  virtual void on_arriving_up(std::uint32_t request, double arrives_s) = 0;
  virtual void on_arriving_down(std::uint32_t request, double arrives_s) = 0;

 protected:
  ~TransportListener() = default;
};

/// Messages between devices and the cloud over TCP. A kept connection carries one transfer at a time in
/// each direction and the next waits; without reuse every request has a connection of its own. A transfer is
/// start-up delay (connection state) -> bytes as a SimGrid flow -> latency.
class Transport final : private EventHandler {
 public:
  /// @param device_groups  for every device its group
  Transport(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
            const NetworkPlatform& platform, EventQueue& events, RequestPool& requests,
            TransferRateMeter& uplink_meter, TransportListener& listener);

  /// Sends a request's record.message_bytes to the cloud.
  void send_up(std::uint32_t request);
  /// Sends the answer back.
  void send_down(std::uint32_t request);

  /// At the horizon: gives the meter the bytes that unfinished flows have sent.
  void account_unfinished(double horizon_s);

 private:
  using Direction = TcpConnection::Direction;
  enum Event : std::uint32_t { kStartUp, kStartDown, kUpFree, kDownFree };

  struct Lane {
    RequestQueue waiting;
    bool busy = false;
  };
  struct Connection {
    TcpConnection tcp;
    Lane up;
    Lane down;
  };

  void on_event(std::uint32_t kind, std::uint32_t subject) override;
  void send(std::uint32_t request, Direction direction);
  void begin(std::uint32_t request, Direction direction);
  void start_flow(std::uint32_t request, Direction direction);
  void on_flow_done(std::uint32_t subject);
  void next_in(Lane& lane, Direction direction);

  Lane& lane_of(Connection& connection, Direction direction) {
    return direction == Direction::up ? connection.up : connection.down;
  }
  std::uint64_t message_of(const RequestRecord& record, Direction direction) const;
  const TcpPath& path_of(const RequestRecord& record, Direction direction) const;

  const NetworkSpec& network_;
  const NetworkPlatform& platform_;
  EventQueue& events_;
  RequestPool& requests_;
  TransferRateMeter& uplink_meter_;
  TransportListener& listener_;
  Flows flows_;
  TraceClock trace_clock_;
  std::vector<Connection> connections_;  ///< one a device
};

}  // namespace offramp
