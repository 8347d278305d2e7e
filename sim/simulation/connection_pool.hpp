#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/platform/network_platform.hpp"
#include "sim/platform/tcp_connection.hpp"
#include "sim/simulation/lane.hpp"
#include "sim/simulation/request_pool.hpp"

namespace offramp {

struct Connection {
  TcpConnection tcp;
  Lane up;
  Lane down;
  std::uint32_t device = 0;  ///< or gateway_as_device
  std::uint32_t path = 0;    ///< of the platform
  std::uint32_t events_to_come = 0;
  bool closed = false;
  bool dead = false;  ///< its device has crashed; never used again

  Lane& lane(TcpConnection::Direction direction) {
    return direction == TcpConnection::Direction::up ? up : down;
  }
};

/// The connections of all senders, named by small numbers. With reuse each sender keeps one; without, each
/// request takes one, whose place is used again when it is closed and nothing of it is to come.
class ConnectionPool {
 public:
  ConnectionPool(const NetworkPlatform& platform, std::size_t senders, bool reuse);

  Connection& operator[](std::uint32_t connection) { return connections_[connection]; }
  const Connection& operator[](std::uint32_t connection) const { return connections_[connection]; }

  const TcpPath& path_of(const Connection& connection, TcpConnection::Direction direction) const {
    return direction == TcpConnection::Direction::up ? platform_.up_path(connection.path)
                                                     : platform_.down_path(connection.path);
  }

  /// The connection that a sender's next request goes over.
  std::uint32_t take(std::uint32_t sender);
  /// No other message will come.
  void close(std::uint32_t connection);
  /// To be called when an event of a connection is over.
  void free_if_over(std::uint32_t connection);
  /// A device has crashed; its next connection is a new one.
  /// @return the requests whose messages were on their way, or waited for theirs
  std::vector<std::uint32_t> crash(std::uint32_t device, RequestPool& requests);

  AcknowledgementQueue::Pool& acknowledgements() { return acknowledgements_; }

 private:
  std::uint32_t add(std::uint32_t sender);
  void kill(std::uint32_t connection, RequestPool& requests, std::vector<std::uint32_t>& lost);

  const NetworkPlatform& platform_;
  bool reuse_;
  std::vector<Connection> connections_;
  AcknowledgementQueue::Pool acknowledgements_;
  std::vector<std::uint32_t> kept_;  ///< with reuse: of each sender
  std::vector<std::uint32_t> free_;  ///< without: those of no request under way
};

}  // namespace offramp
