#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/platform/leg.hpp"
#include "sim/platform/network_platform.hpp"
#include "sim/record/transfer_rate_meter.hpp"
#include "sim/simulation/byte_books.hpp"
#include "sim/simulation/connection_pool.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/outages.hpp"
#include "sim/simulation/request_pool.hpp"
#include "sim/simulation/shared_links.hpp"
#include "sim/simulation/train_flows.hpp"
#include "sim/simulation/train_shape.hpp"

namespace offramp {

/// Told of messages that travel. Called from completions; it must not start flows itself.
class TransportListener {
 public:
  /// The last byte has left the sender.
  virtual void on_sent_up(std::uint32_t request) = 0;
  /// The last byte will be at its receiver at `arrives_s` (not before now).
  virtual void on_arriving_up(std::uint32_t request, double arrives_s) = 0;
  virtual void on_arriving_down(std::uint32_t request, double arrives_s) = 0;
  /// Its device has crashed; nothing of it travels any more.
  virtual void on_lost(std::uint32_t request) = 0;

 protected:
  ~TransportListener() = default;
};

/// Messages between devices, gateways that compute and the cloud over TCP. Each device, and each such gateway
/// towards the cloud, keeps a connection that carries messages one after the other in each direction: the
/// next begins when the last byte of the one before has been sent and the window has room. Without reuse
/// every request has a connection of its own on each leg of its way.
///
/// A message is a handshake (new connection), then trains of segments as its window allows. A train waits in
/// the buffer of the shared link, first come, first served (SharedLinks), crosses it as a flow (TrainFlows),
/// and when its first segment is acknowledged the window lets more go. An access link that is not much faster
/// than the shared one lets a train into the buffer in pieces, so that those of several devices mix; what
/// links beside the bottleneck take for a packet is added when a message arrives (TcpPath). What the buffer
/// has no room for, and what a lossy link loses, is sent again when the sender has been told (LossRecovery);
/// messages behind it are sent meanwhile, and arrive when it has. Where the access link is the bottleneck
/// nobody else is in the way: trains share what they cross fairly, and a window that fills the path sends the
/// rest as one flow.
class Transport final : private EventHandler {
 public:
  /// @param device_groups  for every device its group
  Transport(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
            const NetworkPlatform& platform, std::uint64_t replication, Outages& outages, EventQueue& events,
            RequestPool& requests, TransferRateMeter& uplink_meter, TransportListener& listener);

  /// Sends a request's message over a leg to LiveRequest::tier.
  void send_up(std::uint32_t request, Leg leg = Leg::device_to_cloud);
  /// Sends the answer back over the leg that it came by, to LiveRequest::tier.
  void send_down(std::uint32_t request);
  /// A request that went up to LiveRequest::tier will have no answer.
  void close(std::uint32_t request);
  /// A device has crashed: what it was sending or being sent is lost, and its next connection is a new one.
  /// What lies in the uplink's buffer still crosses it, for nobody.
  void crash(std::uint32_t device);

  /// At the horizon: gives the meter the bytes that unfinished flows have sent.
  void account_unfinished(double horizon_s);

 private:
  using Direction = TcpConnection::Direction;
  enum class Event : std::uint32_t {
    opened,  ///< or free for the next message
    acknowledged,
    timer
  };

  void on_event(std::uint32_t kind, std::uint32_t subject) override;
  void schedule(double at_s, Event event, Direction direction, std::uint32_t connection);

  void send(std::uint32_t request, std::size_t hop, Direction direction);
  void begin_message(std::uint32_t connection, Direction direction, std::uint32_t request);
  double load_message(std::uint32_t connection, Direction direction, std::uint32_t request);
  void send_window(std::uint32_t connection, Direction direction, std::uint32_t clocked_bytes = 0);
  void send_train(const Train& train, Direction direction, const Release& release);
  void send_to_buffer(Train train, Direction direction, const Release& release);
  void start_train(Train train, Direction direction);
  void start_flow(const Train& train, Direction direction);
  void lose_on_the_way(Train& train, const TcpPath& path);
  void on_flow_done(std::uint32_t connection, Direction direction);
  void deliver(std::uint32_t connection, Direction direction, std::uint32_t request, std::uint32_t bytes);
  void on_message_sent(std::uint32_t connection, Direction direction, std::uint32_t request, double now_s);

  std::uint32_t settle(std::uint32_t connection, Direction direction);
  void queue_last(Lane& lane);
  void watch(std::uint32_t connection, Direction direction);
  void on_timer(std::uint32_t connection, Direction direction);

  std::uint64_t message_of(const RequestRecord& record, const Connection& carrier, Direction direction) const;

  const NetworkSpec& network_;
  const NetworkPlatform& platform_;
  const Outages& outages_;
  EventQueue& events_;
  RequestPool& requests_;
  ByteBooks books_;
  TransportListener& listener_;
  ConnectionPool connections_;  ///< of each device, then of each gateway that computes
  TrainFlows flows_;
  SharedLinks links_;
  std::vector<RandomEngine> loss_streams_;  ///< one a device; none where no path loses anything
};

}  // namespace offramp
