#include "sim/simulation/transport.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/simulation/directed.hpp"
#include "sim/simulation/train_shape.hpp"

namespace offramp {
namespace {

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
      listener_(listener),
      connections_(platform, senders(scenario, device_groups, platform), network_.connection.reuse),
      flows_(platform, outages, events, connections_, uplink_meter,
             [this](std::uint32_t connection, Direction direction) { on_flow_done(connection, direction); }),
      links_(platform, events, connections_,
             [this](const Train& train, Direction direction) { start_flow(train, direction); }) {
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
  Lane& lane = connections_[connection].lane(direction);
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
  Lane& lane = carrier.lane(direction);
  lane.current = request;
  lane.under_way.push(requests_, request);
  lane.unsent_bytes = requests_[request].to_deliver_bytes =
      static_cast<std::uint32_t>(wire_bytes(message_of(requests_[request].record, carrier, direction)));
  lane.in_one_train = true;
  const double handshake_s = carrier.tcp.begin(network_.connection, connections_.path_of(carrier, direction),
                                               direction, events_.now_s(), lane.in_flight_bytes > 0);
  if (handshake_s == 0) return 0;
  // Its packets wait for what lies in the buffers, as all others do.
  const double queued_s = links_.queue_s(carrier, Direction::up) + links_.queue_s(carrier, Direction::down);
  return handshake_s + network_.connection.handshake_round_trips * queued_s;
}

/// What the window lets go now.
/// @param clocked_bytes  Release::clocked_bytes
void Transport::send_window(std::uint32_t connection, Direction direction, std::uint32_t clocked_bytes) {
  Connection& carrier = connections_[connection];
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
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
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
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
      others ? std::max(0.0, links_.queue_s(carrier, direction) - path.segment_s()) + path.round_s() : 0;
  lane.losses->wait(now_s + last_s, lane.in_flight_bytes, path, window);
}

/// The buffer takes of a train what it has room for; the rest is lost.
void Transport::send_to_buffer(Train train, Direction direction, const Release& release) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
  const double queued_bytes = links_.queued_bytes(carrier, direction);
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
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
  train.whole_bytes = train.wire_bytes;
  lose_on_the_way(train, path);
  if (lane.losses || train.lost_bytes > 0) lane.own_losses().note(train);
  if (direction == Direction::up && train.lost_bytes > 0)
    books_.lost_up(train.request, carrier, train.lost_bytes);
  lane.buffered_bytes += train.wire_bytes;
  if (!platform_.limited_by_uplink(carrier.path)) return start_flow(train, direction);
  links_.enter(train, direction);
}

void Transport::start_flow(const Train& train, Direction direction) {
  Connection& carrier = connections_[train.connection];
  Lane& lane = carrier.lane(direction);
  queue_last(lane);
  lane.flow = train;
  if (!lane.train_begun) lane.train_began_s = events_.now_s();
  lane.train_begun = train.whole_bytes == 0;
  flows_.start(train.connection, direction);
}

void Transport::on_flow_done(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
  const Train train = lane.flow;
  const double now_s = events_.now_s();
  const bool by_uplink = platform_.limited_by_uplink(carrier.path);
  if (by_uplink) links_.left(carrier, direction);
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
  Lane& lane = connections_[connection].lane(direction);
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
  const TcpPath& path = connections_.path_of(carrier, direction);
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
  Lane& lane = carrier.lane(direction);
  const TcpPath& path = connections_.path_of(carrier, direction);
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
  Lane& lane = connections_[connection].lane(direction);
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
  Lane& lane = carrier.lane(direction);
  TcpWindow& window = carrier.tcp.window(direction);
  LossRecovery& losses = *lane.losses;
  const double now_s = events_.now_s();
  if (losses.event_s <= now_s) losses.event_s = LossRecovery::kNever;
  const std::uint32_t clocked_bytes = settle(connection, direction);
  if (losses.doubts_until_s() <= now_s) losses.believe(lane.in_flight_bytes, window);
  if (losses.waits_until_s() <= now_s) {
    if (lane.buffered_bytes > 0) {  // its acknowledgement is still to come
      losses.wait(now_s, lane.in_flight_bytes, connections_.path_of(carrier, direction), window);
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

void Transport::schedule(double at_s, Event event, Direction direction, std::uint32_t connection) {
  ++connections_[connection].events_to_come;
  events_.schedule(at_s, *this, Directed{static_cast<std::uint32_t>(event), direction}.packed(), connection);
}

void Transport::on_event(std::uint32_t kind, std::uint32_t subject) {
  const auto [event, direction] = Directed::unpacked(kind);
  --connections_[subject].events_to_come;
  if (connections_[subject].dead) return;
  switch (static_cast<Event>(event)) {
    case Event::opened:
      send_window(subject, direction);
      break;
    case Event::acknowledged:
      connections_[subject].lane(direction).awaits = false;
      send_window(subject, direction, settle(subject, direction));
      break;
    case Event::timer:
      on_timer(subject, direction);
      break;
  }
  connections_.free_if_over(subject);
}

void Transport::crash(std::uint32_t device) {
  flows_.crash(device);
  for (const std::uint32_t request : connections_.crash(device, requests_)) {
    books_.cut_off(request);
    listener_.on_lost(request);
  }
}

void Transport::close(std::uint32_t request) {
  const LiveRequest& live = requests_[request];
  for (std::size_t hop = 0; hop < live.tier; ++hop) connections_.close(live.connections[hop]);
}

void Transport::account_unfinished(double horizon_s) { flows_.account_unfinished(horizon_s); }

std::uint64_t Transport::message_of(const RequestRecord& record, const Connection& carrier,
                                    Direction direction) const {
  if (direction == Direction::down) return message_bytes(static_cast<std::uint64_t>(network_.answer_bytes));
  return platform_.crosses_uplink(carrier.path) ? record.message_bytes : record.access_message_bytes;
}

}  // namespace offramp
