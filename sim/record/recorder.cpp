#include "sim/record/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "analysis/stats/quantile.hpp"

namespace offramp {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole > 0 ? part / whole : kUndefined; }

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double or_undefined(const std::optional<double>& figure) { return figure.value_or(kUndefined); }

std::size_t devices_of(const Scenario& scenario) {
  std::size_t devices = 0;
  for (const DeviceGroup& group : scenario.devices) devices += group.count;
  return devices;
}

bool answers_by_cells(const Scenario& scenario) {
  return std::ranges::any_of(scenario.devices,
                             [](const DeviceGroup& group) { return group.model.cells.has_value(); });
}

bool counts_people(const Scenario& scenario) {
  return std::ranges::any_of(scenario.devices,
                             [](const DeviceGroup& group) { return group.people && group.people->moments; });
}

double ascending_quantile(const std::vector<double>& ascending, double q) {
  return quantile_of_sorted(ascending, q).value_or(kUndefined);
}

/// Where requests are kept, so is every duration; otherwise memory must not grow with them.
Distribution::Keep kept_by(const Scenario& scenario) {
  return scenario.output.requests ? Distribution::Keep::all : Distribution::Keep::sketch;
}

/// How long a device's radio sends for a byte; on Wi-Fi the mean over the stations' rates.
double airtime_s_per_byte(const AccessSpec& access) {
  if (!access.is_wifi()) return 1 / access.up_bytes_per_s;
  double s_per_byte = 0;
  for (const double bytes_per_s : access.station_bytes_per_s)
    s_per_byte += 1 / bytes_per_s / static_cast<double>(access.station_bytes_per_s.size());
  return s_per_byte;
}

/// The metrics in the order in which they are written.
class MetricList {
 public:
  void count(std::string name, double value) { add(std::move(name), Metric::Kind::count, value); }
  void estimate(std::string name, double value) { add(std::move(name), Metric::Kind::estimate, value); }
  std::vector<Metric> take() { return std::move(metrics_); }

 private:
  void add(std::string name, Metric::Kind kind, double value) {
    metrics_.push_back({std::move(name), kind, value});
  }
  std::vector<Metric> metrics_;
};

}  // namespace

Recorder::Recorder(const Scenario& scenario, std::size_t num_exits)
    : scenario_(scenario),
      measured_{scenario.warmup_s, scenario.warmup_s + scenario.duration_s},
      uplink_(measured_, scenario.output.transfer_rates ? devices_of(scenario) : 0),
      busy_devices_(scenario.devices.size(), BusyMeter(measured_)),
      busy_gateways_(measured_),
      busy_servers_(measured_),
      exits_(num_exits),
      settings_(most_settings(scenario)),
      access_wire_bytes_of_group_(scenario.devices.size(), 0),
      access_answers_of_group_(scenario.devices.size(), 0),
      latencies_s_(kept_by(scenario)),
      gateway_queue_s_(kept_by(scenario)),
      cloud_queue_s_(kept_by(scenario)) {
  for (auto& groups : down_) groups.assign(scenario.devices.size(), BusyMeter(measured_));
}

void Recorder::add_downtime(OutageSpec::What what, std::size_t group, double from_s, double to_s) {
  down_[static_cast<std::size_t>(what)][group].add(from_s, to_s);
}

void Recorder::record(const RequestRecord& request) {
  ++simulated_;
  if (!measured_.contains(request.arrival_s)) return;
  ++outcomes_[static_cast<std::size_t>(request.outcome)];
  const bool left_device = !std::isnan(request.tiers[1].received_s);
  const bool at_cloud = !std::isnan(request.tiers[request.cloud_tier()].received_s);
  access_sent_.add(request.access_sent_bytes, request.access_lost_bytes, left_device);
  uplink_sent_.add(request.sent_bytes, request.lost_bytes, at_cloud);
  if (request.access_wire_bytes > 0 && left_device) record_crossing(request);
  if (request.outcome == Outcome::completed && request.answered_by > 0) {
    ++access_answers_of_group_[request.group];
    if (static_cast<std::size_t>(request.answered_by) == request.cloud_tier()) ++uplink_answers_;
  }
  if (request.outcome == Outcome::completed || request.outcome == Outcome::fallen_back) {
    latencies_s_.add(request.latency_s());
    ExitTally& exit = exits_[static_cast<std::size_t>(request.exit)];
    ++exit.taken;
    if (request.correct) ++exit.correct;
    if (request.outcome == Outcome::completed) exit.stages.add(request);
    if (request.sent_image) ++images_sent_;
    if (scenario_.deadline_s && request.latency_s() <= *scenario_.deadline_s) {
      ++in_time_;
      if (request.correct) ++correct_in_time_;
    }
  }
  if (request.by_cells) record_people(request);
  if (scenario_.output.requests) requests_.push_back(request);
}

void Recorder::record_people(const RequestRecord& request) {
  if (request.outcome == Outcome::in_flight) return;
  const bool answered = request.outcome == Outcome::completed || request.outcome == Outcome::fallen_back;
  const bool in_time = answered && scenario_.deadline_s && request.latency_s() <= *scenario_.deadline_s;
  people_.add(request, in_time);
  ++by_cells_ended_;
  if (in_time) ++by_cells_in_time_;
  if (answered) ++exits_[static_cast<std::size_t>(request.exit)].by_cells;
}

/// A message that has reached the tier above its device, and perhaps the one above that.
void Recorder::record_crossing(const RequestRecord& request) {
  ++offloaded_;
  access_payload_bytes_ += request.access_payload_bytes;
  access_message_bytes_ += request.access_message_bytes;
  access_wire_bytes_of_group_[request.group] += request.access_wire_bytes;
  const auto queued = [](const TierStamps& tier, Distribution& waits_s) {
    if (!std::isnan(tier.started_s)) waits_s.add(tier.started_s - tier.decoded_s);
  };
  if (request.through_gateway) queued(request.tiers[1], gateway_queue_s_);
  const TierStamps& cloud = request.tiers[request.cloud_tier()];
  if (std::isnan(cloud.received_s)) return;
  payload_bytes_ += request.payload_bytes;
  message_bytes_ += request.message_bytes;
  wire_bytes_ += request.wire_bytes;
  queued(cloud, cloud_queue_s_);
}

std::vector<RequestRecord> Recorder::take_requests() {
  std::sort(requests_.begin(), requests_.end(),
            [](const RequestRecord& a, const RequestRecord& b) { return a.id < b.id; });
  return std::move(requests_);
}

double Recorder::edge_energy_j() const {
  double energy_j = 0;
  for (std::size_t g = 0; g < scenario_.devices.size(); ++g) {
    const DeviceGroup& group = scenario_.devices[g];
    energy_j +=
        busy_devices_[g].energy_j(static_cast<double>(group.count), group.type.idle_w, group.type.busy_w);
    const auto device = static_cast<std::size_t>(OutageSpec::What::device);
    energy_j -= down_[device][g].busy_s() * group.type.idle_w;  // what is down draws nothing
  }
  return energy_j;
}

double Recorder::servers_of_gateways() const {
  const NetworkSpec& network = scenario_.network;
  return network.gateway ? static_cast<double>(network.gateways * network.gateway->servers) : 0;
}

double Recorder::gateway_energy_j() const {
  const auto& gateway = scenario_.network.gateway;
  if (!gateway) return 0;
  return busy_gateways_.energy_j(servers_of_gateways(), gateway->type.idle_w, gateway->type.busy_w);
}

double Recorder::radio_energy_j() const {
  double energy_j = 0;
  for (std::size_t g = 0; g < scenario_.devices.size(); ++g) {
    const DeviceGroup& group = scenario_.devices[g];
    const double bytes = access_wire_bytes_of_group_[g];
    energy_j += bytes * group.type.radio_j_per_byte;
    if (group.type.radio_w > 0 && bytes > 0 && !scenario_.network.platform)
      energy_j += bytes * airtime_s_per_byte(scenario_.network.access.at(group.access)) * group.type.radio_w;
  }
  return energy_j;
}

double Recorder::link_energy_j() const {
  const NetworkSpec& network = scenario_.network;
  if (network.platform) return 0;  // nothing is known of the links of a user's own
  const auto drawn_j = [&](const LinkEnergySpec& energy, double links, double bytes) {
    return energy.power_w * links * measured_.length_s() + energy.j_per_byte * bytes;
  };
  double energy_j = drawn_j(network.uplink.energy, static_cast<double>(network.gateways),
                            wire_bytes_ + uplink_answers_ * answer_wire_bytes_);
  for (std::size_t g = 0; g < scenario_.devices.size(); ++g) {
    const DeviceGroup& group = scenario_.devices[g];
    energy_j += drawn_j(network.access.at(group.access).energy, static_cast<double>(group.count),
                        access_wire_bytes_of_group_[g] + access_answers_of_group_[g] * answer_wire_bytes_);
  }
  return energy_j;
}

/// Share of time up, over all things of this kind; undefined where none can fail.
double Recorder::availability(OutageSpec::What what) const {
  const bool can_fail = std::any_of(scenario_.outages.begin(), scenario_.outages.end(),
                                    [&](const OutageSpec& outage) { return outage.what == what; });
  if (!can_fail) return kUndefined;
  std::size_t things = scenario_.network.gateways;
  if (what != OutageSpec::What::uplink) {
    things = 0;
    for (const DeviceGroup& group : scenario_.devices) things += group.count;
  }
  double down_s = 0;
  for (const BusyMeter& group : down_[static_cast<std::size_t>(what)]) down_s += group.busy_s();
  return 1 - down_s / (static_cast<double>(things) * measured_.length_s());
}

ReplicationResult Recorder::result() {
  latencies_s_.finish();
  cloud_queue_s_.finish();
  gateway_queue_s_.finish();
  const double seconds = measured_.length_s();
  const auto offered = static_cast<double>(std::accumulate(outcomes_.begin(), outcomes_.end(), 0ULL));
  const auto outcome = [&](Outcome o) { return static_cast<double>(outcomes_[static_cast<std::size_t>(o)]); };
  const double answered = outcome(Outcome::completed) + outcome(Outcome::fallen_back);
  const double ended = offered - outcome(Outcome::in_flight);

  MetricList list;
  list.count("requests.offered", offered);
  for (std::size_t o = 0; o < kOutcomes; ++o)
    list.count(fmt::format("requests.{}", outcome_name(static_cast<Outcome>(o))),
               static_cast<double>(outcomes_[o]));
  list.count("requests.offloaded", static_cast<double>(offloaded_));

  list.estimate("latency_s.mean", latencies_s_.mean());
  list.estimate("latency_s.p50", latencies_s_.quantile(0.5));
  list.estimate("latency_s.p95", latencies_s_.quantile(0.95));
  list.estimate("latency_s.p99", latencies_s_.quantile(0.99));

  double correct = 0;
  for (const ExitTally& exit : exits_) correct += static_cast<double>(exit.correct);
  double answered_by_cells = 0;
  for (const ExitTally& exit : exits_) answered_by_cells += static_cast<double>(exit.by_cells);
  const auto ended_by_cells = static_cast<double>(by_cells_ended_);
  list.estimate("accuracy.top1", ratio(correct, answered - answered_by_cells));
  const bool deadline = scenario_.deadline_s.has_value();
  const auto in_time = static_cast<double>(in_time_);
  const auto correct_in_time = static_cast<double>(correct_in_time_);
  list.estimate("accuracy.in_time", deadline ? ratio(correct_in_time, ended - ended_by_cells) : kUndefined);
  list.estimate("deadline.met_share", deadline ? ratio(in_time, ended) : kUndefined);
  list.estimate(
      "deadline.met_accuracy",
      deadline ? ratio(correct_in_time, in_time - static_cast<double>(by_cells_in_time_)) : kUndefined);
  if (answers_by_cells(scenario_)) {
    list.estimate("count_mae", or_undefined(people_.count_mae()));
    list.estimate("count_mae_cloud", or_undefined(people_.count_mae_cloud()));
    list.estimate("count_mae_in_time", deadline ? or_undefined(people_.count_mae_in_time()) : kUndefined);
    list.estimate("cell_f1", or_undefined(people_.cell_f1()));
    list.estimate("cell_f1_in_time", deadline ? or_undefined(people_.cell_f1_in_time()) : kUndefined);
    list.estimate("cloud_cell_ratio", or_undefined(people_.cloud_cell_ratio()));
    if (counts_people(scenario_)) list.estimate("people_shown_off", or_undefined(people_off_.mean()));
  }
  for (std::size_t e = 0; e < exits_.size(); ++e) {
    const auto taken = static_cast<double>(exits_[e].taken);
    list.estimate(fmt::format("exits.{}.share", e), ratio(taken, answered));
    list.estimate(
        fmt::format("exits.{}.accuracy", e),
        ratio(static_cast<double>(exits_[e].correct), taken - static_cast<double>(exits_[e].by_cells)));
    const StageTimes& stages = exits_[e].stages;
    for (std::size_t s = 0; s < kStages; ++s)
      list.estimate(fmt::format("exits.{}.stages_s.{}", e, stage_name(static_cast<Stage>(s))),
                    ratio(stages.total_s(static_cast<Stage>(s)), static_cast<double>(stages.requests())));
  }

  const auto adapted = static_cast<double>(std::accumulate(settings_.begin(), settings_.end(), 0ULL));
  for (std::size_t k = 0; k < settings_.size(); ++k)
    list.estimate(fmt::format("settings.{}.share", k), ratio(static_cast<double>(settings_[k]), adapted));

  std::vector<double> rates_bps;
  for (std::size_t w = 0; w < uplink_.window_bytes().size(); ++w) {
    const double length_s =
        std::min(TransferRateMeter::kWindowS, seconds - static_cast<double>(w) * TransferRateMeter::kWindowS);
    rates_bps.push_back(8 * uplink_.window_bytes()[w] / length_s);
  }
  const double mean_bps =
      8 * std::accumulate(uplink_.window_bytes().begin(), uplink_.window_bytes().end(), 0.0) / seconds;
  std::sort(rates_bps.begin(), rates_bps.end());
  const double capacity_bps =
      8 * scenario_.network.uplink.bytes_per_s * static_cast<double>(scenario_.network.gateways);
  list.count("access.payload_bytes", access_payload_bytes_);
  list.count("access.message_bytes", access_message_bytes_);
  list.count("access.wire_bytes", sum_of(access_wire_bytes_of_group_));
  const auto count_sent = [&](const std::string& link, const SentBytes& bytes) {
    list.count(link + ".sent_bytes", segments_counted_ ? bytes.sent : kUndefined);
    list.count(link + ".lost_bytes", segments_counted_ ? bytes.lost : kUndefined);
    list.count(link + ".under_way_bytes", segments_counted_ ? bytes.under_way : kUndefined);
  };
  count_sent("access", access_sent_);
  list.estimate("access.payload_bytes_per_request", ratio(access_payload_bytes_, offered));
  list.count("uplink.payload_bytes", payload_bytes_);
  list.count("uplink.message_bytes", message_bytes_);
  list.count("uplink.wire_bytes", wire_bytes_);
  count_sent("uplink", uplink_sent_);
  list.estimate("uplink.payload_bytes_per_request", ratio(payload_bytes_, offered));
  list.estimate("uplink.rate_bps.mean", mean_bps);
  list.estimate("uplink.rate_bps.p95", ascending_quantile(rates_bps, 0.95));
  list.estimate("uplink.rate_bps.peak", ascending_quantile(rates_bps, 1));
  list.estimate("uplink.utilization", ratio(mean_bps, capacity_bps));  // a user's platform has no uplink
  list.estimate("uplink.raw_image_share", ratio(static_cast<double>(images_sent_), answered));

  if (uplink_.has_fine_windows()) {
    const auto add = [&](const char* whose, const char* window, const RateFigures& rates) {
      const std::string name = fmt::format("transfer_rate_bps.{}.{}", whose, window);
      list.estimate(name + ".mean", rates.mean_bps);
      list.estimate(name + ".p95", rates.p95_bps);
      list.estimate(name + ".p99", rates.p99_bps);
      list.estimate(name + ".peak", rates.peak_bps);
    };
    constexpr std::array<std::pair<const char*, std::size_t>, 3> kWindows{
        {{"window_100ms", 1}, {"window_1s", 10}, {"window_10s", 100}}};
    for (const auto& [name, fine_windows] : kWindows) add("all", name, uplink_.of_all(fine_windows));
    for (const auto& [name, fine_windows] : kWindows) add("device", name, uplink_.of_a_device(fine_windows));
  }

  const double gateway_servers = servers_of_gateways();
  list.estimate("gateway.utilization", ratio(busy_gateways_.busy_s(), gateway_servers * seconds));
  list.estimate("gateway.queue_s.mean", gateway_queue_s_.mean());
  list.estimate("gateway.queue_s.p95", gateway_queue_s_.quantile(0.95));

  const auto servers = static_cast<double>(scenario_.cloud.servers);
  list.estimate("cloud.utilization", busy_servers_.busy_s() / (servers * seconds));
  list.estimate("cloud.queue_s.mean", cloud_queue_s_.mean());
  list.estimate("cloud.queue_s.p95", cloud_queue_s_.quantile(0.95));

  const double cloud_j =
      busy_servers_.energy_j(servers, scenario_.cloud.type.idle_w, scenario_.cloud.type.busy_w);
  const double gateway_j = gateway_energy_j();
  const double edge_j = edge_energy_j();
  const double radio_j = radio_energy_j();
  const double network_j = radio_j + link_energy_j();
  list.estimate("energy_j.edge", edge_j);
  list.estimate("energy_j.radio", radio_j);
  list.estimate("energy_j.network", network_j);
  list.estimate("energy_j.gateway", gateway_servers > 0 ? gateway_j : kUndefined);
  list.estimate("energy_j.cloud", cloud_j);
  list.estimate("energy_j.per_request", ratio(edge_j + network_j + gateway_j + cloud_j, answered));
  list.estimate("energy_j.edge_per_request", ratio(edge_j, answered));
  list.estimate("energy_j.network_per_request", ratio(network_j, answered));
  list.estimate("energy_j.gateway_per_request",
                gateway_servers > 0 ? ratio(gateway_j, answered) : kUndefined);
  list.estimate("energy_j.cloud_per_request", ratio(cloud_j, answered));

  list.estimate("availability.uplink", availability(OutageSpec::What::uplink));
  list.estimate("availability.access", availability(OutageSpec::What::access));
  list.estimate("availability.device", availability(OutageSpec::What::device));

  ReplicationResult result;
  result.metrics = list.take();
  if (!latencies_s_.empty())
    for (const double q : quantile_grid()) result.latency_quantiles_s.push_back(latencies_s_.quantile(q));
  result.window_bytes = uplink_.window_bytes();
  result.requests = static_cast<double>(simulated_);
  return result;
}

std::size_t most_settings(const Scenario& scenario) {
  std::size_t settings = 0;
  for (const DeviceGroup& group : scenario.devices)
    if (group.adapt) settings = std::max(settings, group.adapt->settings.size() + 1);
  return settings;
}

std::vector<std::string> metric_names(const Scenario& scenario) {
  std::size_t exits = 0;
  for (const DeviceGroup& group : scenario.devices) exits = std::max(exits, group.model.num_exits);
  std::vector<std::string> names;
  for (const Metric& metric : Recorder(scenario, exits).result().metrics) names.push_back(metric.name);
  return names;
}

}  // namespace offramp
