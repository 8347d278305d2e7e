#include "sim/simulation/request_life.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr std::size_t kDevice = 0;
constexpr std::size_t kCloud = 1;

std::vector<std::size_t> queue_limits(const Scenario& scenario,
                                      const std::vector<std::uint32_t>& device_groups) {
  std::vector<std::size_t> limits;
  for (const std::uint32_t group : device_groups) limits.push_back(scenario.devices[group].queue_limit);
  return limits;
}

}  // namespace

RequestLife::RequestLife(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                         const std::vector<std::uint32_t>& device_groups, const NetworkPlatform& platform,
                         std::uint64_t replication, EventQueue& events, Recorder& recorder)
    : routes_(routes),
      events_(events),
      recorder_(recorder),
      horizon_s_(recorder.measured().to_s),
      stations_(queue_limits(scenario, device_groups)),
      transport_(scenario, device_groups, platform, events, requests_, recorder.uplink(), *this),
      cloud_(
          scenario.cloud, scenario.devices.size(), events, requests_, recorder.busy_servers(),
          [this](const std::vector<std::uint32_t>& batch) { return batch_time_s(batch); }, *this) {
  for (std::uint32_t device = 0; device < device_groups.size(); ++device) {
    const std::uint32_t group = device_groups[device];
    sources_.push_back({make_arrival_process(scenario.devices[group].arrivals,
                                             random_stream(scenario.seed, replication, device, "arrivals")),
                        random_stream(scenario.seed, replication, device, "images"), group});
  }
}

void RequestLife::begin() {
  for (std::uint32_t device = 0; device < sources_.size(); ++device) schedule_arrival(device);
}

void RequestLife::on_event(std::uint32_t kind, std::uint32_t subject) {
  switch (static_cast<Event>(kind)) {
    case kArrival:
      return arrive(subject);
    case kEncoded:
      return send_up(subject);
    case kDecoded:
      return queue_in_cloud(subject);
  }
}

void RequestLife::schedule_arrival(std::uint32_t device) {
  const double at_s = sources_[device].arrivals->next_s();
  if (at_s < horizon_s_) events_.schedule(at_s, *this, kArrival, device);
}

/// A frame arrives at its device; a full device drops it.
void RequestLife::arrive(std::uint32_t device) {
  Source& source = sources_[device];
  const auto last_image = static_cast<std::uint32_t>(routes_[source.group].images - 1);
  RequestRecord request;
  request.id = next_id_++;
  request.group = source.group;
  request.device = device;
  request.image = boost::random::uniform_int_distribution<std::uint32_t>(0, last_image)(source.images);
  request.arrival_s = events_.now_s();
  request.tiers[kDevice].received_s = request.tiers[kDevice].decoded_s = request.arrival_s;
  if (stations_.full(device, request.arrival_s))
    record_ending(request, Outcome::dropped);
  else
    work_on_device(request);
  schedule_arrival(device);
}

/// The device's segments run, then, if no exit accepted, the encoder: one piece of work for the processor.
void RequestLife::work_on_device(RequestRecord& request) {
  const RoutePlan& route = route_of(request);
  const TierPlan& tier = route.tiers[kDevice];
  const int exit = tier.exit_of(request.image);
  const double compute_s = tier.compute_s(request.image);
  const double encode_s = exit == TierPlan::kPassOn ? route.hops[kDevice].encode_s : 0;
  const auto work = stations_.take(request.device, request.arrival_s, compute_s + encode_s);
  recorder_.busy_devices(request.group).add(work.started_s, work.finished_s);
  request.tiers[kDevice].started_s = work.started_s;
  request.tiers[kDevice].computed_s = work.started_s + compute_s;
  if (exit != TierPlan::kPassOn) return answer_on_device(request, exit);
  request.tiers[kDevice].encoded_s = work.finished_s;
  encode(request);
}

/// An exit on the device accepted: the end is known, so that it needs no event.
void RequestLife::answer_on_device(RequestRecord& request, int exit) {
  request.exit = static_cast<std::int8_t>(exit);
  request.answered_by = kDevice;
  request.correct = route_of(request).tiers[kDevice].correct(request.image);
  request.answered_s = request.tiers[kDevice].computed_s;
  record_ending(request, Outcome::completed);
}

/// The feature (or image) becomes bytes.
void RequestLife::encode(RequestRecord& request) {
  const HopPlan& hop = route_of(request).hops[kDevice];
  request.payload_bytes = hop.payload_bytes[request.image];
  request.message_bytes = static_cast<std::uint32_t>(message_bytes(request.payload_bytes));
  request.wire_bytes = static_cast<std::uint32_t>(wire_bytes(request.message_bytes));
  request.sent_image = hop.sends_image;
  events_.schedule(request.tiers[kDevice].encoded_s, *this, kEncoded, requests_.add(request));
}

void RequestLife::send_up(std::uint32_t request) {
  stations_.keep_for_sending(requests_[request].record.device);
  transport_.send_up(request);
}

void RequestLife::on_sent_up(std::uint32_t request, double) {
  stations_.sent(requests_[request].record.device);
}

/// The last byte reaches the cloud, which decodes at once.
void RequestLife::on_arriving_up(std::uint32_t request, double arrives_s) {
  RequestRecord& record = requests_[request].record;
  record.tiers[kCloud].received_s = arrives_s;
  record.tiers[kCloud].decoded_s = arrives_s + route_of(record).hops[kDevice].decode_s;
  events_.schedule(record.tiers[kCloud].decoded_s, *this, kDecoded, request);
}

void RequestLife::queue_in_cloud(std::uint32_t request) {
  if (!cloud_.enqueue(request)) end_request(request, Outcome::dropped);
}

double RequestLife::batch_time_s(const std::vector<std::uint32_t>& requests) {
  batch_images_.clear();
  for (const std::uint32_t request : requests) batch_images_.push_back(requests_[request].record.image);
  return route_of(requests_[requests.front()].record).tiers[kCloud].compute_s(batch_images_);
}

/// The rest of the network has run; the answer goes back.
void RequestLife::on_served(std::uint32_t request) {
  RequestRecord& record = requests_[request].record;
  const TierPlan& tier = route_of(record).tiers[kCloud];
  record.exit = static_cast<std::int8_t>(tier.exit_of(record.image));
  record.answered_by = kCloud;
  record.correct = tier.correct(record.image);
  transport_.send_down(request);
}

void RequestLife::on_arriving_down(std::uint32_t request, double arrives_s) {
  requests_[request].record.answered_s = arrives_s;
  end_request(request, Outcome::completed);
}

void RequestLife::end_request(std::uint32_t request, Outcome outcome) {
  record_ending(requests_[request].record, outcome);
  requests_.remove(request);
}

void RequestLife::record_ending(RequestRecord request, Outcome outcome) {
  request.outcome = request.answered_s >= horizon_s_ ? Outcome::in_flight : outcome;
  recorder_.record(request);
}

void RequestLife::end() {
  transport_.account_unfinished(horizon_s_);
  cloud_.account_unfinished(horizon_s_);
  requests_.for_each([&](const RequestRecord& request) { recorder_.record(request); });
}

}  // namespace offramp
