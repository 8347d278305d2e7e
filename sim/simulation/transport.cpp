#include "sim/simulation/transport.hpp"

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

/// A flow's subject says which request, and in its lowest bit which way.
constexpr std::uint32_t flow_subject(std::uint32_t request, bool up) { return request << 1 | (up ? 1U : 0U); }

}  // namespace

Transport::Transport(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                     const NetworkPlatform& platform, EventQueue& events, RequestPool& requests,
                     TransferRateMeter& uplink_meter, TransportListener& listener)
    : network_(scenario.network),
      platform_(platform),
      events_(events),
      requests_(requests),
      uplink_meter_(uplink_meter),
      listener_(listener),
      flows_([this](std::uint32_t subject) { on_flow_done(subject); }),
      trace_clock_(platform, events),
      connections_(device_groups.size()) {}

void Transport::send_up(std::uint32_t request) { send(request, Direction::up); }
void Transport::send_down(std::uint32_t request) { send(request, Direction::down); }

void Transport::send(std::uint32_t request, Direction direction) {
  Lane& lane = lane_of(connections_[requests_[request].record.device], direction);
  if (network_.connection.reuse && lane.busy) {
    lane.waiting.push(requests_, request);
    return;
  }
  lane.busy = true;
  begin(request, direction);
}

void Transport::begin(std::uint32_t request, Direction direction) {
  const RequestRecord& record = requests_[request].record;
  const std::uint64_t message = message_of(record, direction);
  const TcpPath& path = path_of(record, direction);
  const double now_s = events_.now_s();
  TcpConnection own;  // without reuse: new for the request, open for its answer
  if (direction == Direction::down) own.open();
  TcpConnection& tcp = network_.connection.reuse ? connections_[record.device].tcp : own;
  const double delay_s = tcp.start_delay_s(network_.connection, path, direction, message, now_s);
  if (delay_s > 0)
    events_.schedule(now_s + delay_s, *this, direction == Direction::up ? kStartUp : kStartDown, request);
  else
    start_flow(request, direction);
}

void Transport::start_flow(std::uint32_t request, Direction direction) {
  LiveRequest& live = requests_[request];
  live.flow_started_s = events_.now_s();
  simgrid::s4u::Host* device = platform_.host_of(live.record.device);
  const bool up = direction == Direction::up;
  if (trace_clock_.runs()) trace_clock_.flow_begins(live.record.device, up);
  flows_.start(up ? device : platform_.cloud(), up ? platform_.cloud() : device,
               wire_bytes(message_of(live.record, direction)), flow_subject(request, up));
}

void Transport::on_flow_done(std::uint32_t subject) {
  const std::uint32_t request = subject >> 1;
  const Direction direction = (subject & 1) != 0 ? Direction::up : Direction::down;
  const RequestRecord& record = requests_[request].record;
  const double now_s = events_.now_s();
  const double arrives_s = now_s + path_of(record, direction).one_way_latency_s;

  if (trace_clock_.runs()) trace_clock_.flow_ends(record.device, direction == Direction::up);

  Connection& connection = connections_[record.device];
  connection.tcp.sent(direction, now_s);
  Lane& lane = lane_of(connection, direction);
  const bool more = !lane.waiting.empty();
  lane.busy = more;
  if (more)  // not from here: the kernel still uses the flow that ended
    events_.schedule(now_s, *this, direction == Direction::up ? kUpFree : kDownFree, record.device);

  if (direction == Direction::up) {
    uplink_meter_.add(requests_[request].flow_started_s, now_s, static_cast<double>(record.wire_bytes));
    listener_.on_sent_up(request);
    listener_.on_arriving_up(request, arrives_s);
  } else {
    listener_.on_arriving_down(request, arrives_s);
  }
}

void Transport::on_event(std::uint32_t kind, std::uint32_t subject) {
  switch (static_cast<Event>(kind)) {
    case kStartUp:
      return start_flow(subject, Direction::up);
    case kStartDown:
      return start_flow(subject, Direction::down);
    case kUpFree:
      return next_in(connections_[subject].up, Direction::up);
    case kDownFree:
      return next_in(connections_[subject].down, Direction::down);
  }
}

void Transport::next_in(Lane& lane, Direction direction) { begin(lane.waiting.pop(requests_), direction); }

void Transport::account_unfinished(double horizon_s) {
  flows_.for_each_live([&](std::uint32_t subject, double remaining_bytes) {
    if ((subject & 1) == 0) return;
    const LiveRequest& live = requests_[subject >> 1];
    uplink_meter_.add(live.flow_started_s, horizon_s,
                      static_cast<double>(live.record.wire_bytes) - remaining_bytes);
  });
}

std::uint64_t Transport::message_of(const RequestRecord& record, Direction direction) const {
  return direction == Direction::up ? record.message_bytes
                                    : message_bytes(static_cast<std::uint64_t>(network_.answer_bytes));
}

const TcpPath& Transport::path_of(const RequestRecord& record, Direction direction) const {
  return direction == Direction::up ? platform_.up_path(record.group) : platform_.down_path(record.group);
}

}  // namespace offramp
