#include "sim/simulation/request_life.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr std::size_t kDevice = 0;

using What = OutageSpec::What;

std::vector<std::size_t> queue_limits(const Scenario& scenario,
                                      const std::vector<std::uint32_t>& device_groups) {
  std::vector<std::size_t> limits;
  for (const std::uint32_t group : device_groups) limits.push_back(scenario.devices[group].queue_limit);
  return limits;
}

/// The last route of each group: that by night where it has one.
std::vector<std::uint32_t> other_routes(const Scenario& scenario) {
  const std::vector<RouteOwner> owners = route_owners(scenario);
  std::vector<std::uint32_t> routes(scenario.devices.size());
  for (std::uint32_t route = 0; route < owners.size(); ++route) routes[owners[route].group] = route;
  return routes;
}

bool has_answer(const RequestRecord& request) { return !std::isnan(request.answered_s); }

}  // namespace

RequestLife::RequestLife(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                         const std::vector<std::uint32_t>& device_groups, const NetworkPlatform& platform,
                         std::uint64_t replication, EventQueue& events, Recorder& recorder)
    : scenario_(scenario),
      routes_(routes),
      other_routes_(other_routes(scenario)),
      events_(events),
      recorder_(recorder),
      horizon_s_(recorder.measured().to_s),
      frames_(FrameSource::needed_by(scenario)
                  ? std::make_unique<FrameSource>(scenario, routes, device_groups, replication)
                  : nullptr),
      devices_(queue_limits(scenario, device_groups)),
      adaptation_(Adaptation::needed_by(scenario)
                      ? std::make_unique<Adaptation>(scenario, routes, device_groups.size(), recorder)
                      : nullptr),
      outages_(scenario, device_groups, replication, events, recorder),
      device_spreads_(scenario, device_groups, replication),
      transport_(scenario, device_groups, platform, replication, outages_, events, requests_,
                 recorder.uplink(), *this),
      stations_(scenario, routes, platform, replication, events, requests_, recorder, *this) {
  recorder.count_segments();
  recorder.set_answer_wire_bytes(
      wire_bytes(message_bytes(static_cast<std::uint64_t>(scenario.network.answer_bytes))));
  for (const RoutePlan& route : routes) recorder.add_route(route.frames);
  for (std::uint32_t device = 0; device < device_groups.size(); ++device) {
    const std::uint32_t group = device_groups[device];
    sources_.push_back(
        {RequestSource(scenario, scenario.devices[group].arrivals, replication, device), group});
  }
}

void RequestLife::begin() {
  if (outages_.has(What::device)) outages_.tell(*this);
  outages_.begin();
  for (std::uint32_t device = 0; device < sources_.size(); ++device) schedule_arrival(device);
}

void RequestLife::on_event(std::uint32_t kind, std::uint32_t subject) {
  switch (static_cast<Event>(kind)) {
    case kArrival:
      return arrive(subject);
    case kEncoded:
      return send_up(subject);
    case kDecoded:
      return queue_at_station(subject);
    case kTimeout:
      return on_timeout(subject);
    case kAnswerRelayed:
      return send_down(subject);
    case kAnswerSeen:
      return on_answer_seen(subject);
  }
}

void RequestLife::prefetch(std::uint32_t kind, std::uint32_t subject) const {
  if (kind != kArrival) return;
  devices_.prefetch(subject);
  __builtin_prefetch(sources_[subject].requests.arrivals.get(), 1);
}

void RequestLife::schedule_arrival(std::uint32_t device) {
  const double at_s = sources_[device].requests.arrivals->next_s();
  if (at_s < horizon_s_) events_.schedule(at_s, *this, kArrival, device);
}

std::uint32_t RequestLife::route_now(std::uint32_t device, std::uint32_t group) {
  const std::uint32_t by_night = other_routes_[group];
  if (by_night == group) return group;
  if (adaptation_ && adaptation_->adapts(group))
    return adaptation_->choose_route(group, device, events_.now_s(), devices_);
  const double time_of_day_s = std::fmod(scenario_.start_s + events_.now_s(), kDayS);
  return scenario_.devices[group].night->holds(time_of_day_s) ? by_night : group;
}

std::uint32_t RequestLife::image_for(std::uint32_t device, std::uint32_t route) {
  Source& source = sources_[device];
  if (frames_ && frames_->serves(source.group)) {
    const FrameSource::Shown shown = frames_->next_frame(device, route, events_.now_s());
    if (shown.people_off && events_.now_s() >= recorder_.measured().from_s)
      recorder_.add_people_off(*shown.people_off);
    return shown.frame;
  }
  return source.requests.next_image(routes_[route].images);
}

/// A frame arrives at its device; a full device drops it.
void RequestLife::arrive(std::uint32_t device) {
  const Source& source = sources_[device];
  const std::uint32_t route = route_now(device, source.group);
  RequestRecord request;
  request.id = next_id_++;
  request.group = source.group;
  request.device = device;
  request.route = route;
  request.by_cells = routes_[route].frames.by_cells();
  request.image = image_for(device, route);
  request.arrival_s = events_.now_s();
  request.tiers[kDevice].received_s = request.tiers[kDevice].decoded_s = request.arrival_s;
  if (crashed(request, request.arrival_s) || devices_.full(device, request.arrival_s)) {
    settle(request, Outcome::dropped);
    recorder_.record(request);
  } else {
    work_on_device(request);
  }
  schedule_arrival(device);
}

/// The device's segments run, then, if no exit accepted, the encoder: one piece of work for the processor.
void RequestLife::work_on_device(RequestRecord& request) {
  const RoutePlan& route = route_of(request);
  const TierPlan& tier = route.tiers[kDevice];
  const int exit = tier.exit_of(request.image);
  const double factor = device_spreads_.next_factor(request.device);
  const double compute_s = factor * tier.compute_s(request.image);
  const double encode_s = exit == TierPlan::kPassOn ? factor * route.hops[kDevice].encode_s : 0;
  const auto work = devices_.take(request.device, request.arrival_s, compute_s + encode_s);
  add_busy(request, work);
  request.tiers[kDevice].started_s = work.started_s;
  request.tiers[kDevice].computed_s = work.started_s + compute_s;
  if (exit != TierPlan::kPassOn) return answer_on_device(request);
  request.tiers[kDevice].encoded_s = work.finished_s;
  pass_on_from_device(request);
}

/// An exit on the device accepted: the end is known, so that it needs no event.
void RequestLife::answer_on_device(RequestRecord& request) {
  set_answer(request, kDevice);
  request.answered_s = request.tiers[kDevice].computed_s;
  settle(request, Outcome::completed);
  recorder_.record(request);
}

void RequestLife::pass_on_from_device(RequestRecord& request) {
  if (crashed(request, request.tiers[kDevice].encoded_s)) {
    lose(request);
    recorder_.record(request);
    return;
  }
  load_message(request, kDevice);
  events_.schedule(request.tiers[kDevice].encoded_s, *this, kEncoded, requests_.add(request));
}

/// The feature (or image) sets out for the next tier.
void RequestLife::send_up(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (live.tier == kDevice) {
    devices_.keep_for_sending(live.record.device);
    if (adaptation_) adaptation_->message_ready(live.record, events_.now_s());
    start_timeout(request);
  }
  const Leg leg = route_of(live.record).hops[live.tier++].leg;
  transport_.send_up(request, leg);
}

void RequestLife::on_sent_up(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (live.tier != kDevice + 1) return;
  devices_.sent(live.record.device);
  if (!adaptation_) return;
  live.sending_s = static_cast<float>(events_.now_s() - live.record.tiers[kDevice].encoded_s);
  adaptation_->message_left(live.record, events_.now_s());
}

/// The last byte reaches the tier, which decodes at once.
void RequestLife::on_arriving_up(std::uint32_t request, double arrives_s) {
  LiveRequest& live = requests_[request];
  TierStamps& stamps = live.record.tiers[live.tier];
  stamps.received_s = arrives_s;
  stamps.decoded_s = arrives_s + route_of(live.record).hops[live.tier - 1].decode_s;
  events_.schedule(stamps.decoded_s, *this, kDecoded, request);
}

void RequestLife::queue_at_station(std::uint32_t request) {
  if (stations_.enqueue(request)) return;
  transport_.close(request);
  end_request(request, Outcome::dropped);
}

/// The tier's part of the network has run: the answer goes back, or the feature goes on.
void RequestLife::on_served(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (route_of(live.record).tiers[live.tier].exit_of(live.record.image) == TierPlan::kPassOn) {
    live.record.tiers[live.tier].encoded_s = live.record.tiers[live.tier].computed_s;
    load_message(live.record, live.tier);
    return send_up(request);
  }
  if (!has_answer(live.record)) set_answer(live.record, live.tier);
  send_down(request);
}

/// The answer sets out for the tier below, if there still is a device to be answered.
void RequestLife::send_down(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (crashed(live.record, events_.now_s())) {
    transport_.close(request);
    return on_lost(request);
  }
  --live.tier;
  transport_.send_down(request);
}

/// An answer that comes too late, or to a device that has answered itself, is ignored.
void RequestLife::on_arriving_down(std::uint32_t request, double arrives_s) {
  RequestRecord& record = requests_[request].record;
  if (requests_[request].tier > kDevice)  // a gateway hands it on at once
    return events_.schedule(arrives_s, *this, kAnswerRelayed, request);
  if (!has_answer(record) && arrives_s <= due_s(record)) {
    record.answered_s = arrives_s;
    settle(record, Outcome::completed);
  }
  if (adaptation_ && adaptation_->adapts(record.group))  // the device must not know before
    return events_.schedule(arrives_s, *this, kAnswerSeen, request);
  let_go(request);
}

void RequestLife::on_answer_seen(std::uint32_t request) {
  const LiveRequest& live = requests_[request];
  if (!crashed(live.record, events_.now_s()))
    adaptation_->answer_seen(live.record, live.record.tiers[kDevice].encoded_s + live.sending_s,
                             events_.now_s());
  let_go(request);
}

/// The way of a request ends without an answer. A device that waits for one learns of it from its timeout.
void RequestLife::end_request(std::uint32_t request, Outcome outcome) {
  LiveRequest& live = requests_[request];
  const bool device_waits = live.holders > 1;
  if (!device_waits && !has_answer(live.record)) settle(live.record, outcome);
  let_go(request);
}

void RequestLife::on_down(What what, std::uint32_t device) {
  if (what != What::device) return;
  devices_.reset(device, events_.now_s());
  if (adaptation_) adaptation_->forget(device);
  transport_.crash(device);
}

void RequestLife::on_lost(std::uint32_t request) {
  RequestRecord& record = requests_[request].record;
  if (!has_answer(record)) lose(record);
  let_go(request);
}

void RequestLife::start_timeout(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  const double due = due_s(live.record);
  if (due >= horizon_s_) return;
  ++live.holders;
  events_.schedule(due, *this, kTimeout, request);
}

void RequestLife::on_timeout(std::uint32_t request) {
  RequestRecord& record = requests_[request].record;
  if (!has_answer(record) && !crashed(record, events_.now_s())) fall_back(record);
  let_go(request);
}

/// The device answers from its last exit; when its policy did not ask that exit, its head runs now.
void RequestLife::fall_back(RequestRecord& request) {
  const FallbackPlan& plan = *route_of(request).fallback;
  request.exit = static_cast<std::int8_t>(plan.answer.exit_of(request.image));
  request.answered_by = kDevice;
  request.correct = plan.answer.correct(request.image);
  request.answered_s = events_.now_s();
  if (plan.head_s > 0) {
    const double factor = device_spreads_.next_factor(request.device);
    const auto work = devices_.take_aside(request.device, request.answered_s, factor * plan.head_s);
    add_busy(request, work);
    request.answered_s = work.finished_s;
  }
  settle(request, Outcome::fallen_back);
}

double RequestLife::due_s(const RequestRecord& request) const {
  const auto& fallback = route_of(request).fallback;
  return fallback ? request.tiers[kDevice].encoded_s + fallback->timeout_s
                  : std::numeric_limits<double>::infinity();
}

void RequestLife::let_go(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  if (--live.holders > 0) return;
  recorder_.record(live.record);
  requests_.remove(request);
}

void RequestLife::load_message(RequestRecord& request, std::size_t tier) const {
  const HopPlan& hop = route_of(request).hops[tier];
  const std::uint32_t payload = hop.payload_bytes[request.image];
  const auto message = static_cast<std::uint32_t>(message_bytes(payload));
  const auto wire = static_cast<std::uint32_t>(wire_bytes(message));
  if (hop.leg != Leg::gateway_to_cloud) {
    request.access_payload_bytes = payload;
    request.access_message_bytes = message;
    request.access_wire_bytes = wire;
  }
  if (hop.leg == Leg::device_to_gateway) {
    request.through_gateway = true;
    return;
  }
  request.payload_bytes = payload;
  request.message_bytes = message;
  request.wire_bytes = wire;
  request.sent_image = hop.sends_image;
}

void RequestLife::set_answer(RequestRecord& request, std::size_t tier) const {
  const TierPlan& plan = route_of(request).tiers[tier];
  request.exit = static_cast<std::int8_t>(plan.exit_of(request.image));
  request.answered_by = static_cast<std::int8_t>(tier);
  request.correct = plan.correct(request.image);
}

bool RequestLife::crashed(const RequestRecord& request, double by_s) const {
  if (!outages_.has(What::device)) return false;
  const double next_s = outages_.next_failure_s(What::device, request.device);
  return outages_.last_failure_s(What::device, request.device) >= request.arrival_s ||
         (next_s <= by_s && next_s < horizon_s_);
}

void RequestLife::lose(RequestRecord& request) {
  request.outcome = Outcome::lost;
  request.exit = request.answered_by = -1;
  request.correct = false;
  request.answered_s = kNotPassed;
}

void RequestLife::add_busy(const RequestRecord& request, const DeviceStations::Work& work) {
  double until_s = work.finished_s;
  if (outages_.has(What::device))
    until_s = std::min(until_s, outages_.next_failure_s(What::device, request.device));
  if (until_s > work.started_s) recorder_.busy_devices(request.group).add(work.started_s, until_s);
}

void RequestLife::settle(RequestRecord& request, Outcome outcome) const {
  if (crashed(request, has_answer(request) ? request.answered_s : events_.now_s())) return lose(request);
  request.outcome = request.answered_s >= horizon_s_ ? Outcome::in_flight : outcome;
}

void RequestLife::end() {
  outages_.end(horizon_s_);
  transport_.account_unfinished(horizon_s_);
  stations_.account_unfinished(horizon_s_);
  requests_.for_each([&](const RequestRecord& request) {
    RequestRecord ended = request;
    if (!has_answer(ended) && crashed(ended, horizon_s_)) lose(ended);
    recorder_.record(ended);
  });
}

std::vector<double> RequestLife::route_shares() const {
  return adaptation_ ? adaptation_->route_shares() : std::vector<double>();
}

}  // namespace offramp
