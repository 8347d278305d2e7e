#include "sim/simulation/transport.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

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
      books_(platform, requests),
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
  if (!lane.is_free()) return lane.waiting.push(requests_, request);
  settle(connection, direction);
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
  lane.under_way.push(requests_, request);
  lane.unsent_bytes = requests_[request].to_deliver_bytes =
      static_cast<std::uint32_t>(wire_bytes(message_of(requests_[request].record, carrier, direction)));
  lane.in_one_train = true;
  const double handshake_s = carrier.tcp.begin(network_.connection, path_of(carrier, direction), direction,
                                               events_.now_s(), lane.in_flight_bytes > 0);
  if (handshake_s == 0) return 0;
  // Its packets wait for what lies in the buffers, as all others do.
  const double queued_s = queue_s(carrier, Direction::up) + queue_s(carrier, Direction::down);
  return handshake_s + network_.connection.handshake_round_trips * queued_s;
}

/// What the window lets go now.
/// @param clocked_bytes  Release::clocked_bytes
void Transport::send_window(std::uint32_t connection, Direction direction, std::uint32_t clocked_bytes) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  const TcpWindow& window = carrier.tcp.window(direction);
  const bool alone = !platform_.limited_by_uplink(carrier.path);
  Release release;
  release.clocked_bytes = clocked_bytes;
  for (;;) {
    if (lane.current == RequestPool::kNone && lane.left_bytes() == 0 && !lane.waiting.empty())
      load_message(connection, direction, lane.waiting.pop(requests_));
    if (release.sent_bytes == 0) release.bytes = std::min(lane.left_bytes(), lane.allowed_bytes(window));
    const std::optional<Train> train =
        alone ? lane.next_lone_train(connection, path, window) : lane.next_train(connection, path, window);
    if (!train) break;
    send_train(*train, direction, release);
    release.sent_bytes += train->wire_bytes;
    release.bytes = std::max(release.bytes, release.sent_bytes);
  }
  watch(connection, direction);
}

void Transport::send_train(const Train& train, Direction direction, const Release& release) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  const double now_s = events_.now_s();
  lane.in_flight_bytes += train.wire_bytes;
  if (direction == Direction::up) books_.sent_up(train.request, carrier, train.wire_bytes);
  const double under_way = segments_of(lane.in_flight_bytes);
  window.sent(now_s, segments_of(train.wire_bytes), under_way,
              (!train.whole_message && !train.again) || under_way >= std::floor(window.segments()));
  carrier.tcp.sent(direction, now_s);
  if (platform_.limited_by_uplink(carrier.path))
    send_to_buffer(train, direction, release);
  else
    start_train(train, direction);
  if (!lane.losses) return;
  const bool others = lane.in_flight_bytes > lane.losses->untold_bytes();
  const double last_s =
      others ? std::max(0.0, queue_s(carrier, direction) - path.segment_s()) + path.round_s() : 0;
  lane.losses->wait(now_s + last_s, lane.in_flight_bytes, path, window);
}

/// The buffer takes of a train what it has room for; the rest is lost.
void Transport::send_to_buffer(Train train, Direction direction, const Release& release) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  const double queued_bytes =
      links_[link_of(carrier, direction)].bytes(path.bottleneck_bytes_per_s, events_.now_s());
  const double ahead_bytes = std::max(0.0, queued_bytes - lane.buffered_bytes);  // of others
  train.waited_s = static_cast<float>(ahead_bytes / path.bottleneck_bytes_per_s);
  const bool pacing = network_.connection.pacing;
  const double piling = piling_part(path, carrier.tcp.window(direction), release, pacing);
  // What goes just before comes in that time too, and a part of it has left.
  const double left_bytes = pacing ? 0 : release.sent_bytes * (1 - piling);
  const double room_bytes = path.buffer_bytes - std::max(0.0, queued_bytes - left_bytes);
  const bool is_up =
      carrier.device >= platform_.devices() || outages_.is_up(OutageSpec::What::access, carrier.device);
  const TrainCut cut =
      is_up ? cut_train(train.wire_bytes, room_bytes, piling) : TrainCut{0, train.wire_bytes, 0, 0};
  const auto enters = [&](std::uint32_t bytes) {
    train.wire_bytes = bytes;
    if (bytes > 0) start_train(train, direction);
  };
  const auto is_lost = [&](std::uint32_t bytes) {
    if (bytes == 0) return;
    lane.own_losses().lose({train.request, bytes});
    if (direction == Direction::up) books_.lost_up(train.request, carrier, bytes);
  };
  enters(cut.fits);
  is_lost(cut.lost);
  enters(cut.passes);
  is_lost(cut.lost_behind);
}

void Transport::start_train(Train train, Direction direction) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  train.whole_bytes = train.wire_bytes;
  lose_on_the_way(train, path);
  if (lane.losses || train.lost_bytes > 0) lane.own_losses().note(train);
  if (direction == Direction::up && train.lost_bytes > 0)
    books_.lost_up(train.request, carrier, train.lost_bytes);
  lane.buffered_bytes += train.wire_bytes;
  if (!platform_.limited_by_uplink(carrier.path)) return start_flow(train, direction);
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
    links_[link_of(connections_[train.connection], direction)].expect(piece);
    schedule(at_s, Event::piece_arrives, direction, train.connection, pieces_.add(piece));
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
  queue_last(lane);
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
  lane.buffered_bytes -= train.wire_bytes;
  if (carrier.dead || train.whole_bytes == 0) return;
  const std::uint32_t bytes = train.whole_bytes - train.lost_bytes;
  // Where nobody else is in the way, what ends a message takes no round trip before the next may follow.
  const bool ends = !by_uplink && requests_[train.request].to_deliver_bytes == bytes;
  lane.told_s = ends ? now_s : std::max(now_s, lane.train_began_s + path.round_s());
  if (TcpWindow& window = carrier.tcp.window(direction);
      !by_uplink && segments_of(bytes) > window.segments()) {
    window.fill(path, lane.train_began_s, now_s);
    lane.in_flight_bytes -= bytes;
  } else {
    lane.tells = bytes > 0;
  }
  if (ends) {
    lane.current = RequestPool::kNone;
    settle(connection, direction);
    if (!lane.waiting.empty()) schedule(now_s, Event::opened, direction, connection);
  }
  watch(connection, direction);
  deliver(connection, direction, train.request, bytes);
}

/// So many bytes of a message have come through. Messages arrive one after the other.
void Transport::deliver(std::uint32_t connection, Direction direction, std::uint32_t request,
                        std::uint32_t bytes) {
  Lane& lane = lane_of(connections_[connection], direction);
  requests_[request].to_deliver_bytes -= bytes;
  while (!lane.under_way.empty() && requests_[lane.under_way.front()].to_deliver_bytes == 0)
    on_message_sent(connection, direction, lane.under_way.pop(requests_), events_.now_s());
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

/// What acknowledgements that have come by now do.
/// @return the bytes that they are for
std::uint32_t Transport::settle(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  const TcpPath& path = path_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  AcknowledgementQueue::Pool& pool = connections_.acknowledgements();
  const double now_s = events_.now_s();
  std::uint32_t bytes = 0;
  while (!lane.acknowledgements.empty() && lane.acknowledgements.front(pool).at_s <= now_s) {
    const Acknowledgement one = lane.acknowledgements.pop(pool);
    lane.acknowledge(one, path, window);
    bytes += one.bytes;
  }
  if (lane.told_s > now_s) queue_last(lane);
  if (!lane.tells) return bytes;
  lane.tells = false;
  lane.acknowledge(lane.last_acknowledgement(), path, window);
  return bytes + lane.last_acknowledgement().bytes;
}

/// Something waits for it, or another flow follows.
void Transport::queue_last(Lane& lane) {
  if (!lane.tells) return;
  lane.acknowledgements.push(connections_.acknowledgements(), lane.last_acknowledgement());
  lane.tells = false;
}

/// Has an event when the sender is told something that lets it send, or has waited for too long.
void Transport::watch(std::uint32_t connection, Direction direction) {
  Lane& lane = lane_of(connections_[connection], direction);
  if (lane.is_held_back()) {
    AcknowledgementQueue::Pool& pool = connections_.acknowledgements();
    queue_last(lane);
    if (!lane.awaits && !lane.acknowledgements.empty()) {
      lane.awaits = true;
      schedule(lane.acknowledgements.front(pool).at_s, Event::acknowledged, direction, connection);
    }
  }
  if (!lane.losses) return;
  const double next_s = std::min(lane.losses->doubts_until_s(), lane.losses->waits_until_s());
  if (next_s >= lane.losses->event_s) return;
  lane.losses->event_s = next_s;
  schedule(next_s, Event::timer, direction, connection);
}

void Transport::on_timer(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  Lane& lane = lane_of(carrier, direction);
  TcpWindow& window = carrier.tcp.window(direction);
  LossRecovery& losses = *lane.losses;
  const double now_s = events_.now_s();
  if (losses.event_s <= now_s) losses.event_s = LossRecovery::kNever;
  const std::uint32_t clocked_bytes = settle(connection, direction);
  if (losses.doubts_until_s() <= now_s) losses.believe(lane.in_flight_bytes, window);
  if (losses.waits_until_s() <= now_s) {
    if (lane.buffered_bytes > 0) {  // its acknowledgement is still to come
      losses.wait(now_s, lane.in_flight_bytes, path_of(carrier, direction), window);
    } else if (losses.probes()) {
      const LossRecovery::Part last = losses.probe();
      lane.in_flight_bytes -= last.bytes;
      Train probe{connection, last.bytes, last.request};
      probe.again = probe.probe = true;
      send_train(probe, direction, {static_cast<double>(last.bytes)});
    } else {
      losses.time_out(lane.in_flight_bytes, window);
    }
  }
  send_window(connection, direction, clocked_bytes);
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
    links_[link_of(connections_[subject], direction)].arrives(pieces_[bytes]);
  }
  --connections_[subject].events_to_come;
  if (connections_[subject].dead) {
    if (event == Event::piece_arrives) pieces_.take(bytes);
    return;
  }
  switch (event) {
    case Event::opened:
      send_window(subject, direction);
      break;
    case Event::acknowledged:
      lane_of(connections_[subject], direction).awaits = false;
      send_window(subject, direction, settle(subject, direction));
      break;
    case Event::timer:
      on_timer(subject, direction);
      break;
    case Event::piece_arrives:
      enter(pieces_.take(bytes), direction);
      break;
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
    books_.cut_off(request);
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
