#include "sim/simulation/train_flows.hpp"

#include <utility>

#include "sim/simulation/directed.hpp"

namespace offramp {

TrainFlows::TrainFlows(const NetworkPlatform& platform, Outages& outages, EventQueue& events,
                       ConnectionPool& connections, TransferRateMeter& uplink_meter, Listener on_done)
    : platform_(platform),
      events_(events),
      connections_(connections),
      uplink_meter_(uplink_meter),
      on_done_(std::move(on_done)),
      flows_([this](std::uint32_t subject) { this->on_done(subject); },
             [this](std::uint32_t subject, double from_s, double to_s, double bytes) {
               const auto [connection, direction] = Directed::unpacked(subject);
               const Connection& carrier = connections_[connection];
               if (direction == Direction::up && platform_.crosses_uplink(carrier.path))
                 uplink_meter_.add(carrier.device, from_s, to_s, bytes);
             }),
      stalled_flows_(outages, flows_, platform, events),
      trace_clock_(platform, events) {
  if (platform.closed_form())
    sharing_.emplace(platform.uplink_bytes_per_s(), events,
                     [this](std::uint32_t subject) { this->on_done(subject); });
}

void TrainFlows::start(std::uint32_t connection, Direction direction) {
  Connection& carrier = connections_[connection];
  Lane& lane = carrier.lane(direction);
  lane.flow_began_s = events_.now_s();
  const bool up = direction == Direction::up;
  const std::uint32_t subject = Directed{connection, direction}.packed();
  if (sharing_)
    return sharing_->start(platform_.uplink_of(carrier.device, up),
                           platform_.access_bytes_per_s(carrier.path, up), lane.flow.wire_bytes, subject);
  simgrid::s4u::Host* device = platform_.host_of(carrier.device);
  if (trace_clock_.runs()) trace_clock_.flow_begins(carrier.device, up);
  flows_.start(up ? device : platform_.cloud(), up ? platform_.cloud() : device, carrier.device,
               lane.flow.wire_bytes, subject, lane.flow_began_s);
}

void TrainFlows::on_done(std::uint32_t subject) {
  const auto [connection, direction] = Directed::unpacked(subject);
  const bool up = direction == Direction::up;
  const Connection& carrier = connections_[connection];
  if (trace_clock_.runs()) trace_clock_.flow_ends(carrier.device, up);
  if (sharing_ && up)
    uplink_meter_.add(carrier.device, carrier.up.flow_began_s, events_.now_s(), carrier.up.flow.wire_bytes);
  on_done_(connection, direction);
}

void TrainFlows::crash(std::uint32_t device) {
  if (platform_.limited_by_uplink(platform_.path_of(device))) return;
  const double now_s = events_.now_s();
  flows_.for_each([&](std::uint32_t flow, std::uint32_t of_device) {
    if (of_device != device) return;
    const std::uint32_t subject = flows_.cancel(flow, now_s);
    if (trace_clock_.runs())
      trace_clock_.flow_ends(device, Directed::unpacked(subject).direction == Direction::up);
  });
}

void TrainFlows::account_unfinished(double horizon_s) {
  flows_.account_unfinished(horizon_s);
  if (!sharing_) return;
  sharing_->for_each_live([&](std::uint32_t subject, double remaining_bytes) {
    const auto [connection, direction] = Directed::unpacked(subject);
    if (direction == Direction::down) return;
    const Connection& carrier = connections_[connection];
    uplink_meter_.add(carrier.device, carrier.up.flow_began_s, horizon_s,
                      static_cast<double>(carrier.up.flow.wire_bytes) - remaining_bytes);
  });
}

}  // namespace offramp
