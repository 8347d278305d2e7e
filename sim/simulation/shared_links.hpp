#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/platform/network_platform.hpp"
#include "sim/simulation/connection_pool.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/link_queue.hpp"
#include "sim/simulation/slots.hpp"

namespace offramp {

/// The shared link of each gateway, up and down, behind its buffer: for connections that it limits. A train
/// comes in as its access link lets it, waits for those before it, and leaves.
class SharedLinks final : private EventHandler {
 public:
  using Direction = TcpConnection::Direction;
  /// Told of a train, or a piece of one, that the link takes now. Not from within a completion of the
  /// kernel's.
  using Listener = std::function<void(const Train&, Direction)>;

  SharedLinks(const NetworkPlatform& platform, EventQueue& events, ConnectionPool& connections,
              Listener on_leaving)
      : platform_(platform),
        events_(events),
        connections_(connections),
        on_leaving_(std::move(on_leaving)),
        links_(2 * platform.gateways()) {}

  /// What lies in the buffer or is about to, with what has not yet left of the train under way.
  double queued_bytes(const Connection& carrier, Direction direction) const;
  /// How long that takes to leave; 0 for connections that something else limits.
  double queue_s(const Connection& carrier, Direction direction) const;

  void enter(const Train& train, Direction direction);
  /// What the link took last has crossed it.
  void left(const Connection& carrier, Direction direction);

 private:
  enum class Event : std::uint32_t { piece_arrives, link_free };

  void on_event(std::uint32_t kind, std::uint32_t subject) override;
  void schedule(double at_s, Event event, Direction direction, std::uint32_t subject);
  void enter_in_pieces(const Train& train, Direction direction, std::uint32_t longest_bytes);
  void join(const Train& train, Direction direction);
  void on_piece(std::uint32_t slot, Direction direction);
  std::uint32_t link_of(const Connection& carrier, Direction direction) const {
    return platform_.uplink_of(carrier.device, direction == Direction::up);
  }

  const NetworkPlatform& platform_;
  EventQueue& events_;
  ConnectionPool& connections_;
  Listener on_leaving_;
  std::vector<LinkQueue> links_;  ///< as NetworkPlatform::uplink_of numbers them
  Slots<Train> pieces_;           ///< on their way over access links
};

}  // namespace offramp
