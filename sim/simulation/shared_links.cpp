#include "sim/simulation/shared_links.hpp"

#include <algorithm>

#include "sim/simulation/directed.hpp"
#include "sim/simulation/train_shape.hpp"

namespace offramp {

double SharedLinks::queued_bytes(const Connection& carrier, Direction direction) const {
  return links_[link_of(carrier, direction)].bytes(
      connections_.path_of(carrier, direction).bottleneck_bytes_per_s, events_.now_s());
}

double SharedLinks::queue_s(const Connection& carrier, Direction direction) const {
  if (!platform_.limited_by_uplink(carrier.path)) return 0;
  return queued_bytes(carrier, direction) / connections_.path_of(carrier, direction).bottleneck_bytes_per_s;
}

void SharedLinks::enter(const Train& train, Direction direction) {
  const TcpPath& path = connections_.path_of(connections_[train.connection], direction);
  const std::uint32_t longest_bytes = piece_bytes(path, train.wire_bytes);
  if (longest_bytes < train.wire_bytes)
    enter_in_pieces(train, direction, longest_bytes);
  else
    join(train, direction);
}

/// As the access link lets it: a piece enters when its first packet is there. The time of the train's own
/// first packet is the same for all trains of a path, and is counted when they arrive
/// (TcpPath::forwarding_s).
void SharedLinks::enter_in_pieces(const Train& train, Direction direction, std::uint32_t longest_bytes) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
  const double now_s = events_.now_s();
  const double from_s = std::max(now_s, lane.access_free_s);
  lane.access_free_s = from_s + train.wire_bytes / path.access_bytes_per_s;
  for (std::uint32_t sent_bytes = 0; sent_bytes < train.wire_bytes;) {
    Train piece = train;
    piece.wire_bytes = std::min(train.wire_bytes - sent_bytes, longest_bytes);
    const std::uint32_t spared_bytes = kWireSegmentBytes - std::min(kWireSegmentBytes, piece.wire_bytes);
    const double at_s = from_s + (static_cast<double>(sent_bytes) - spared_bytes) / path.access_bytes_per_s;
    sent_bytes += piece.wire_bytes;
    if (sent_bytes < train.wire_bytes) piece.whole_bytes = 0;
    if (at_s <= now_s) {
      join(piece, direction);
      continue;
    }
    links_[link_of(carrier, direction)].expect(piece);
    ++carrier.events_to_come;
    schedule(at_s, Event::piece_arrives, direction, pieces_.add(piece));
  }
}

void SharedLinks::on_piece(std::uint32_t slot, Direction direction) {
  const Train piece = pieces_.take(slot);
  Connection& carrier = connections_[piece.connection];
  links_[link_of(carrier, direction)].arrives(piece);
  --carrier.events_to_come;
  if (carrier.dead) return;
  join(piece, direction);
  connections_.free_if_over(piece.connection);
}

void SharedLinks::join(const Train& train, Direction direction) {
  LinkQueue& link = links_[link_of(connections_[train.connection], direction)];
  if (link.busy()) return link.wait(train);
  link.leave(train, events_.now_s());
  on_leaving_(train, direction);
}

void SharedLinks::left(const Connection& carrier, Direction direction) {
  const std::uint32_t link = link_of(carrier, direction);
  if (links_[link].waiting())  // not from here: the kernel still uses the flow that ended
    schedule(events_.now_s(), Event::link_free, direction, link);
  else
    links_[link].left();
}

void SharedLinks::schedule(double at_s, Event event, Direction direction, std::uint32_t subject) {
  events_.schedule(at_s, *this, Directed{static_cast<std::uint32_t>(event), direction}.packed(), subject);
}

void SharedLinks::on_event(std::uint32_t kind, std::uint32_t subject) {
  const auto [event, direction] = Directed::unpacked(kind);
  if (static_cast<Event>(event) == Event::piece_arrives) return on_piece(subject, direction);
  const Train train = links_[subject].take_next();
  links_[subject].leave(train, events_.now_s());
  on_leaving_(train, direction);
}

}  // namespace offramp
