#include "sim/simulation/transport.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>

#include "sim/simulation/train_shape.hpp"

namespace offramp {
namespace {

/// A flow's subject says which connection, and in its lowest bit which way.
constexpr std::uint32_t flow_subject(std::uint32_t connection, bool up) {
  return connection << 1 | (up ? 1U : 0U);
}

/// Devices, and gateways that compute.
std::size_t senders(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                    const NetworkPlatform& platform) {
  return device_groups.size() + (scenario.network.gateway ? platform.gateways() : 0);
}

}  // namespace

Transport::Transport(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                     const NetworkPlatform& platform, std::uint64_t replication, Outages& outages,
                     EventQueue& events, RequestPool& requests, TransferRateMeter& uplink_meter,
                     TransportListener& listener)
    : network_(scenario.network),
      platform_(platform),
      outages_(outages),
      events_(events),
      requests_(requests),
      uplink_meter_(uplink_meter),
      listener_(listener),
      flows_([this](std::uint32_t subject) { on_flow_done(subject); },
             [this](std::uint32_t subject, double from_s, double to_s, double bytes) {
               const Connection& carrier = connections_[subject >> 1];
               if ((subject & 1) != 0 && platform_.crosses_uplink(carrier.path))
                 uplink_meter_.add(carrier.device, from_s, to_s, bytes);
             }),
      stalled_flows_(outages, flows_, platform, events),
      trace_clock_(platform, events),
      connections_(platform, senders(scenario, device_groups, platform), network_.connection.reuse),
      links_(2 * platform.gateways()) {
  if (platform.closed_form())
    sharing_.emplace(platform.uplink_bytes_per_s(), events,
                     [this](std::uint32_t subject) { on_flow_done(subject); });
  const auto lossy = [](const auto& access) { return access.second.loss > 0; };
  if (network_.uplink.loss > 0 || std::any_of(network_.access.begin(), network_.access.end(), lossy))
    for (std::uint32_t sender = 0; sender < senders(scenario, device_groups, platform); ++sender)
      loss_streams_.push_back(random_stream(scenario.seed, replication, sender, "segment losses"));
}

void Transport::send_up(std::uint32_t request, Leg leg) {
  LiveRequest& live = requests_[request];
  const std::uint32_t device = live.record.device;
  const std::size_t hop = leg == Leg::gateway_to_cloud ? 1 : 0;
  live.connections[hop] = connections_.take(
      leg == Leg::gateway_to_cloud
          ? static_cast<std::uint32_t>(platform_.gateway_as_device(platform_.gateway_of(device)))
          : device);
  send(request, hop, Direction::up);
}

void Transport::send_down(std::uint32_t request) { send(request, requests_[request].tier, Direction::down); }

void Transport::send(std::uint32_t request, std::size_t hop, Direction direction) {
  const std::uint32_t connection = requests_[request].connections[hop];
  Lane& lane = lane_of(connections_[connection], direction);
  if (lane.current != RequestPool::kNone) return lane.waiting.push(requests_, request);
  begin_message(connection, direction, request);
}

void Transport::begin_message(std::uint32_t connection, Direction direction, std::uint32_t request) {
  const double handshake_s = load_message(connection, direction, request);
  if (handshake_s > 0)
    schedule(events_.now_s() + handshake_s, Event::opened, direction, connection);
  else
    send_window(connection, direction);
}

/// @return the handshake that comes first
double Transport::load_message(std::uint32_t connection, Direction direction, std::uint32_t request) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  lane.current = request;
  lane.unsent_bytes = lane.undelivered_bytes =
      static_cast<std::uint32_t>(wire_bytes(message_of(requests_[request].record, carrier, direction)));
  lane.in_one_train = true;
  const double handshake_s =
      carrier.tcp.begin(network_.connection, path_of(carrier, direction), direction, events_.now_s());
  if (handshake_s == 0) return 0;
  // Its packets wait for what lies in the buffers, as all others do.
  const double queued_s = queue_s(carrier, Direction::up) + queue_s(carrier, Direction::down);
  return handshake_s + network_.connection.handshake_round_trips * queued_s;
}

/// What the window lets go now.
void Transport::send_window(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  if (!platform_.limited_by_uplink(carrier.path)) return send_over_access(connection, direction);
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  const TcpWindow& window = carrier.tcp.window(direction);
  for (;;) {
    if (lane.current == RequestPool::kNone && !lane.waiting.empty())
      load_message(connection, direction, lane.waiting.pop(requests_));
    if (lane.current == RequestPool::kNone || lane.unsent_bytes == 0) return;
    const std::uint32_t window_bytes = static_cast<std::uint32_t>(window.segments()) * kWireSegmentBytes;
    const std::uint32_t allowed_bytes =
        window_bytes > lane.in_flight_bytes ? window_bytes - lane.in_flight_bytes : 0;
    if (lane.unsent_bytes <= allowed_bytes) {
      send_to_buffer(connection, direction, lane.unsent_bytes);
      continue;
    }
    const std::uint32_t train_bytes = std::min(allowed_bytes, longest_train_bytes(path));
    if (train_bytes < kWireSegmentBytes) return;
    lane.in_one_train = false;
    send_to_buffer(connection, direction, train_bytes / kWireSegmentBytes * kWireSegmentBytes);
  }
}

/// A train after the other, each a round trip after the last; the rest in one go when the window fills the
/// path.
void Transport::send_over_access(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  if (lane.in_flight_bytes > 0 || lane.unsent_bytes == 0) return;
  const TcpWindow& window = carrier.tcp.window(direction);
  const std::uint32_t window_bytes = static_cast<std::uint32_t>(window.segments()) * kWireSegmentBytes;
  const TcpPath& path = path_of(carrier, direction);
  const bool whole = lane.unsent_bytes <= window_bytes || (path.loss == 0 && window.fills(path));
  const std::uint32_t train_bytes = whole ? lane.unsent_bytes : window_bytes;
  lane.in_one_train = lane.in_one_train && lane.unsent_bytes <= window_bytes;
  lane.unsent_bytes -= train_bytes;
  lane.in_flight_bytes = train_bytes;
  count_sent(lane.current, carrier, direction, train_bytes);
  Train train{connection, train_bytes, train_bytes};
  train.whole_message = lane.in_one_train;
  lose_on_the_way(train, path);
  start_flow(train, direction);
}

/// The buffer takes of a train what it has room for; the rest is lost.
void Transport::send_to_buffer(std::uint32_t connection, Direction direction, std::uint32_t train_bytes) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  LinkQueue& link = links_[link_of(carrier, direction)];
  const double now_s = events_.now_s();
  const double queued_bytes = link.bytes(path.bottleneck_bytes_per_s, now_s);
  const bool alone = lane.in_flight_bytes == 0;
  const double ahead_bytes = std::max(0.0, queued_bytes - lane.in_flight_bytes);  // of others
  lane.unsent_bytes -= train_bytes;
  lane.in_flight_bytes += train_bytes;
  count_sent(lane.current, carrier, direction, train_bytes);

  std::uint32_t lost_bytes = 0;
  const double room_bytes = path.buffer_bytes - queued_bytes;
  if (const double piling = piling_part(path, window, alone, network_.connection.pacing);
      train_bytes * piling > room_bytes) {
    const auto kept = room_bytes > 0 ? static_cast<std::uint32_t>(room_bytes / piling) : 0;
    lost_bytes = train_bytes - kept / kWireSegmentBytes * kWireSegmentBytes;
  }
  if (carrier.device < platform_.devices() && !outages_.is_up(OutageSpec::What::access, carrier.device))
    lost_bytes = train_bytes;
  if (lost_bytes > 0)
    notice_loss(connection, direction, lost_bytes, lane.unsent_bytes == 0, alone && lost_bytes == train_bytes,
                now_s + queued_bytes / path.bottleneck_bytes_per_s);
  if (lost_bytes == train_bytes) return;
  Train train{connection, train_bytes - lost_bytes, train_bytes - lost_bytes};
  train.waited_s = static_cast<float>(ahead_bytes / path.bottleneck_bytes_per_s);
  train.whole_message = lane.in_one_train && lane.unsent_bytes == 0;
  if (lane.unsent_bytes == 0 && lane.lost_bytes == 0 && path.loss == 0) {
    // All of it lies in the buffer: it will come through as it is, and the next may follow.
    train.ends_message = true;
    lane.sent.push(requests_, lane.current);
    lane.current = RequestPool::kNone;
    carrier.tcp.sent(direction, now_s);
  }
  lose_on_the_way(train, path);
  if (piece_bytes(path, train.wire_bytes) < train.wire_bytes) return enter_in_pieces(train, direction);
  enter(train, direction);
}

/// As the access link lets it: a piece enters when its first packet is there. The time of the train's own
/// first packet is the same for all trains of a path, and is counted when they arrive
/// (TcpPath::forwarding_s).
void Transport::enter_in_pieces(const Train& train, Direction direction) {
  Lane& lane = lane_of(connections_[train.connection], direction);
  const TcpPath& path = path_of(connections_[train.connection], direction);
  const std::uint32_t longest_bytes = piece_bytes(path, train.wire_bytes);
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
      enter(piece, direction);
      continue;
    }
    if (free_pieces_.empty()) {
      free_pieces_.push_back(static_cast<std::uint32_t>(pieces_.size()));
      pieces_.emplace_back();
    }
    const std::uint32_t slot = free_pieces_.back();
    free_pieces_.pop_back();
    pieces_[slot] = piece;
    links_[link_of(connections_[train.connection], direction)].expect(piece);
    schedule(at_s, Event::piece_arrives, direction, train.connection, slot);
  }
}

void Transport::enter(const Train& train, Direction direction) {
  LinkQueue& link = links_[link_of(connections_[train.connection], direction)];
  if (link.busy()) return link.wait(train);
  link.leave(train, events_.now_s());
  start_flow(train, direction);
}

void Transport::start_flow(const Train& train, Direction direction) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = lane_of(carrier, direction);
  lane.flow = train;
  lane.flow_began_s = events_.now_s();
  if (!lane.train_begun) lane.train_began_s = lane.flow_began_s;
  lane.train_begun = train.whole_bytes == 0;
  const bool up = direction == Direction::up;
  if (sharing_)
    return sharing_->start(platform_.uplink_of(carrier.device, up),
                           platform_.access_bytes_per_s(carrier.path, up), train.wire_bytes,
                           flow_subject(train.connection, up));
  simgrid::s4u::Host* device = platform_.host_of(carrier.device);
  if (trace_clock_.runs()) trace_clock_.flow_begins(carrier.device, up);
  flows_.start(up ? device : platform_.cloud(), up ? platform_.cloud() : device, carrier.device,
               train.wire_bytes, flow_subject(train.connection, up), lane.flow_began_s);
}

void Transport::on_flow_done(std::uint32_t subject) {
  const std::uint32_t connection = subject >> 1;
  const Direction direction = (subject & 1) != 0 ? Direction::up : Direction::down;
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  const Train train = lane.flow;
  const double now_s = events_.now_s();
  lane.waited_s = train.waited_s;
  if (trace_clock_.runs()) trace_clock_.flow_ends(carrier.device, direction == Direction::up);
  if (sharing_ && direction == Direction::up)
    uplink_meter_.add(carrier.device, lane.flow_began_s, now_s, train.wire_bytes);
  const bool by_uplink = platform_.limited_by_uplink(carrier.path);
  if (by_uplink) {
    const std::size_t link = link_of(carrier, direction);
    if (links_[link].waiting())  // not from here: the kernel still uses the flow that ended
      schedule(now_s, Event::link_free, direction, static_cast<std::uint32_t>(link));
    else
      links_[link].left();
  }
  if (carrier.dead || train.whole_bytes == 0) return;
  const std::uint32_t delivered_bytes = train.whole_bytes - train.lost_bytes;
  const double acknowledged_s = std::max(now_s, lane.train_began_s + path.round_s());
  if (by_uplink && path.loss == 0) {
    // What the end of a message does to the window needs no event of its own when nothing follows.
    if (train.ends_message && lane.current == RequestPool::kNone && lane.in_flight_bytes == train.whole_bytes)
      end_burst(carrier, direction, train);
    else
      schedule(acknowledged_s, train.whole_message ? Event::whole_acknowledged : Event::acknowledged,
               direction, connection, delivered_bytes);
    if (train.ends_message) on_message_sent(connection, direction, lane.sent.pop(requests_), now_s);
    return;
  }

  lane.undelivered_bytes -= delivered_bytes;
  if (lane.undelivered_bytes > 0) {
    if (delivered_bytes > 0)
      schedule(acknowledged_s, Event::acknowledged, direction, connection, delivered_bytes);
    if (train.lost_bytes > 0)
      notice_loss(connection, direction, train.lost_bytes, lane.unsent_bytes == 0 && train.lost_last,
                  delivered_bytes == 0 && lane.in_flight_bytes == train.whole_bytes,
                  acknowledged_s - path.round_s());
    return;
  }
  end_burst(carrier, direction, train);
  const std::uint32_t request = lane.current;
  lane.current = RequestPool::kNone;
  if (!lane.waiting.empty()) {
    lane.current = lane.waiting.pop(requests_);  // it has the lane; it begins from the heap
    schedule(now_s, Event::message_over, direction, connection);
  }
  on_message_sent(connection, direction, request, now_s);
}

/// The last train is through and nothing follows: its acknowledgements are taken for granted.
void Transport::end_burst(Connection& carrier, Direction direction, const Train& train) {
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  const double segments = segments_of(train.whole_bytes);
  lane.in_flight_bytes -= train.whole_bytes;
  if (train.whole_message)
    window.acknowledged_whole(path, segments, train.waited_s);
  else if (segments > window.segments())
    window.fill(path, lane.train_began_s, events_.now_s());
  else
    window.acknowledged(path, segments, path.round_s(), train.waited_s);
}

void Transport::count_sent(std::uint32_t request, const Connection& carrier, Direction direction,
                           std::uint32_t bytes) {
  if (direction == Direction::down) return;
  RequestRecord& record = requests_[request].record;
  if (platform_.crosses_uplink(carrier.path)) record.sent_bytes += bytes;
  if (carrier.device < platform_.devices()) record.access_sent_bytes += bytes;
}

void Transport::count_lost(std::uint32_t request, const Connection& carrier, Direction direction,
                           std::uint32_t bytes) {
  if (direction == Direction::down) return;
  RequestRecord& record = requests_[request].record;
  if (platform_.crosses_uplink(carrier.path)) record.lost_bytes += bytes;
  if (carrier.device < platform_.devices()) record.access_lost_bytes += bytes;
}

/// Its device has crashed before the last byte had left: what was sent is of no use to anybody.
void Transport::count_cut_off(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (!std::isnan(live.record.tiers[1].received_s)) return;
  live.record.access_lost_bytes = live.record.access_sent_bytes;
  if (!live.record.through_gateway) live.record.lost_bytes = live.record.sent_bytes;
}

/// The acknowledgements of what came after tell the sender, a round trip later; when nothing comes after, it
/// probes when two have passed (RFC 8985), and when nothing at all came through, a timer goes off.
void Transport::notice_loss(std::uint32_t connection, Direction direction, std::uint32_t bytes, bool last,
                            bool all, double from_s) {
  Connection& carrier = connections_[connection];
  const TcpPath& path = path_of(carrier, direction);
  Lane& lane = lane_of(carrier, direction);
  lane.lost_bytes += bytes;
  count_lost(lane.current, carrier, direction, bytes);
  if (all)
    return schedule(from_s + carrier.tcp.window(direction).timeout_s(path), Event::timed_out, direction,
                    connection, bytes);
  schedule(from_s + (last ? 2 : 1) * path.round_s(), Event::loss_noticed, direction, connection, bytes);
}

/// Draws which of its segments a lossy link will lose.
void Transport::lose_on_the_way(Train& train, const TcpPath& path) {
  if (path.loss == 0) return;
  RandomEngine& random = loss_streams_[connections_[train.connection].device];
  for (std::uint32_t before = 0; before < train.wire_bytes; before += kWireSegmentBytes) {
    train.lost_last = boost::random::uniform_01<double>()(random) < path.loss;
    if (train.lost_last) train.lost_bytes += std::min(kWireSegmentBytes, train.wire_bytes - before);
  }
}

void Transport::on_message_sent(std::uint32_t connection, Direction direction, std::uint32_t request,
                                double now_s) {
  Connection& carrier = connections_[connection];
  carrier.tcp.sent(direction, now_s);
  const TcpPath& path = path_of(carrier, direction);
  const std::uint64_t message = message_of(requests_[request].record, carrier, direction);
  const double arrives_s = now_s + path.one_way_latency_s + path.forwarding_s(wire_bytes(message));
  if (direction == Direction::up) {
    listener_.on_sent_up(request);
    listener_.on_arriving_up(request, arrives_s);
  } else {
    connections_.close(connection);
    listener_.on_arriving_down(request, arrives_s);
  }
}

void Transport::on_acknowledged(std::uint32_t connection, Direction direction, std::uint32_t bytes,
                                bool whole) {
  Connection& carrier = connections_[connection];
  const TcpPath& path = path_of(carrier, direction);
  Lane& lane = lane_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  if (whole)
    window.acknowledged_whole(path, segments_of(lane.in_flight_bytes), lane.waited_s);
  else
    window.acknowledged(path, segments_of(bytes), path.round_s() + queue_s(carrier, direction),
                        lane.waited_s);
  lane.in_flight_bytes -= bytes;
  send_window(connection, direction);
}

void Transport::on_loss_noticed(std::uint32_t connection, Direction direction, std::uint32_t bytes,
                                bool by_timer) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  const double now_s = events_.now_s();
  if (by_timer) {
    window.time_out();
  } else if (now_s >= lane.recovering_until_s) {
    window.lose(window.segments());
    lane.recovering_until_s = now_s + path.round_s() + queue_s(carrier, direction);
  }
  lane.in_flight_bytes -= bytes;
  lane.lost_bytes -= bytes;
  lane.unsent_bytes += bytes;
  lane.in_one_train = false;
  send_window(connection, direction);
}

namespace {

// An event's kind: what happens, which way, and how many bytes it is about.
constexpr std::uint32_t kEventBits = 3;
constexpr std::uint32_t kBytesShift = kEventBits + 1;

}  // namespace

void Transport::schedule(double at_s, Event event, Direction direction, std::uint32_t subject,
                         std::uint32_t bytes) {
  if (event != Event::link_free) ++connections_[subject].events_to_come;
  const std::uint32_t way = direction == Direction::up ? 1U << kEventBits : 0;
  events_.schedule(at_s, *this, static_cast<std::uint32_t>(event) | way | bytes << kBytesShift, subject);
}

void Transport::on_event(std::uint32_t kind, std::uint32_t subject) {
  const auto event = static_cast<Event>(kind & ((1U << kEventBits) - 1));
  const Direction direction = (kind >> kEventBits & 1) != 0 ? Direction::up : Direction::down;
  const std::uint32_t bytes = kind >> kBytesShift;
  if (event == Event::link_free) {
    const Train train = links_[subject].take_next();
    links_[subject].leave(train, events_.now_s());
    return start_flow(train, direction);
  }
  if (event == Event::piece_arrives) {
    free_pieces_.push_back(bytes);
    links_[link_of(connections_[subject], direction)].arrives(pieces_[bytes]);
  }
  --connections_[subject].events_to_come;
  if (connections_[subject].dead) return;
  switch (event) {
    case Event::opened:
      return send_window(subject, direction);
    case Event::acknowledged:
    case Event::whole_acknowledged:
      on_acknowledged(subject, direction, bytes, event == Event::whole_acknowledged);
      break;
    case Event::loss_noticed:
    case Event::timed_out:
      return on_loss_noticed(subject, direction, bytes, event == Event::timed_out);
    case Event::message_over:
      return begin_message(subject, direction, lane_of(connections_[subject], direction).current);
    case Event::piece_arrives:
      return enter(Train(pieces_[bytes]), direction);
    case Event::link_free:
      break;
  }
  connections_.free_if_over(subject);
}

double Transport::queue_s(const Connection& connection, Direction direction) const {
  if (!platform_.limited_by_uplink(connection.path)) return 0;
  const double link_bytes_per_s = path_of(connection, direction).bottleneck_bytes_per_s;
  return links_[link_of(connection, direction)].bytes(link_bytes_per_s, events_.now_s()) / link_bytes_per_s;
}

void Transport::crash(std::uint32_t device) {
  const double now_s = events_.now_s();
  flows_.for_each([&](std::uint32_t flow, std::uint32_t of_device) {
    if (of_device != device || platform_.limited_by_uplink(platform_.path_of(device))) return;
    const std::uint32_t subject = flows_.cancel(flow, now_s);
    if (trace_clock_.runs()) trace_clock_.flow_ends(device, (subject & 1) != 0);
  });
  for (const std::uint32_t request : connections_.crash(device, requests_)) {
    count_cut_off(request);
    listener_.on_lost(request);
  }
}

void Transport::close(std::uint32_t request) {
  const LiveRequest& live = requests_[request];
  for (std::size_t hop = 0; hop < live.tier; ++hop) connections_.close(live.connections[hop]);
}

void Transport::account_unfinished(double horizon_s) {
  flows_.account_unfinished(horizon_s);
  if (!sharing_) return;
  sharing_->for_each_live([&](std::uint32_t subject, double remaining_bytes) {
    if ((subject & 1) == 0) return;
    const Connection& carrier = connections_[subject >> 1];
    const Lane& lane = carrier.up;
    uplink_meter_.add(carrier.device, lane.flow_began_s, horizon_s,
                      static_cast<double>(lane.flow.wire_bytes) - remaining_bytes);
  });
}

std::uint64_t Transport::message_of(const RequestRecord& record, const Connection& carrier,
                                    Direction direction) const {
  if (direction == Direction::down) return message_bytes(static_cast<std::uint64_t>(network_.answer_bytes));
  return platform_.crosses_uplink(carrier.path) ? record.message_bytes : record.access_message_bytes;
}

const TcpPath& Transport::path_of(const Connection& connection, Direction direction) const {
  return direction == Direction::up ? platform_.up_path(connection.path)
                                    : platform_.down_path(connection.path);
}

}  // namespace offramp
