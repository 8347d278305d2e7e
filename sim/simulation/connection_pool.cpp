#include "sim/simulation/connection_pool.hpp"

namespace offramp {

ConnectionPool::ConnectionPool(const NetworkPlatform& platform, std::size_t senders, bool reuse)
    : platform_(platform), reuse_(reuse) {
  if (!reuse) return;
  connections_.reserve(senders);
  for (std::uint32_t sender = 0; sender < senders; ++sender) kept_.push_back(add(sender));
}

std::uint32_t ConnectionPool::add(std::uint32_t sender) {
  Connection& added = connections_.emplace_back();
  added.device = sender;
  added.path = platform_.path_of(sender);
  return static_cast<std::uint32_t>(connections_.size() - 1);
}

std::uint32_t ConnectionPool::take(std::uint32_t sender) {
  if (reuse_) return kept_[sender];
  if (free_.empty()) return add(sender);
  const std::uint32_t connection = free_.back();
  free_.pop_back();
  connections_[connection] = {};
  connections_[connection].device = sender;
  connections_[connection].path = platform_.path_of(sender);
  return connection;
}

void ConnectionPool::close(std::uint32_t connection) {
  if (reuse_) return;
  connections_[connection].closed = true;
  free_if_over(connection);
}

void ConnectionPool::free_if_over(std::uint32_t connection) {
  Connection& carrier = connections_[connection];
  if (!carrier.closed || carrier.events_to_come > 0 || carrier.dead) return;
  carrier.closed = false;
  for (Lane* lane : {&carrier.up, &carrier.down}) lane->acknowledgements.clear(acknowledgements_);
  free_.push_back(connection);
}

std::vector<std::uint32_t> ConnectionPool::crash(std::uint32_t device, RequestPool& requests) {
  std::vector<std::uint32_t> lost;
  if (reuse_) {
    kill(kept_[device], requests, lost);
    kept_[device] = add(device);
  } else {
    for (std::uint32_t connection = 0; connection < connections_.size(); ++connection)
      if (connections_[connection].device == device) kill(connection, requests, lost);
  }
  return lost;
}

void ConnectionPool::kill(std::uint32_t connection, RequestPool& requests, std::vector<std::uint32_t>& lost) {
  Connection& carrier = connections_[connection];
  carrier.dead = true;
  for (Lane* lane : {&carrier.up, &carrier.down}) {
    while (!lane->under_way.empty()) lost.push_back(lane->under_way.pop(requests));
    while (!lane->waiting.empty()) lost.push_back(lane->waiting.pop(requests));
    lane->current = RequestPool::kNone;
    lane->acknowledgements.clear(acknowledgements_);
  }
}

}  // namespace offramp
