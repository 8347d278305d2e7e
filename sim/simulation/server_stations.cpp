#include "sim/simulation/server_stations.hpp"

namespace offramp {
namespace {

/// Owner of the random stream of the cloud's service times.
constexpr std::uint64_t kCloudStream = 1;

}  // namespace

ServerStations::ServerStations(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                               const NetworkPlatform& platform, std::uint64_t replication, EventQueue& events,
                               RequestPool& requests, Recorder& recorder, ServiceListener& listener)
    : routes_(routes), platform_(platform), requests_(requests) {
  const auto spread = [&](const CloudSpec& spec, std::uint64_t owner, const char* stream) {
    return ServiceSpread(spec.type.service_spread, random_stream(scenario.seed, replication, owner, stream));
  };
  cloud_ = make_station(scenario, scenario.cloud, events, recorder.busy_servers(), listener,
                        spread(scenario.cloud, kCloudStream, "station service times"));
  if (const auto& spec = scenario.network.gateway)
    for (std::size_t gateway = 0; gateway < platform.gateways(); ++gateway)
      gateways_.push_back(make_station(scenario, *spec, events, recorder.busy_gateways(), listener,
                                       spread(*spec, gateway, "gateway service times")));
}

std::unique_ptr<ServerStation> ServerStations::make_station(const Scenario& scenario, const CloudSpec& spec,
                                                            EventQueue& events, BusyMeter& meter,
                                                            ServiceListener& listener, ServiceSpread spread) {
  return std::make_unique<ServerStation>(
      spec, lines_of_routes(scenario, routes_), events, requests_, meter,
      [this, spread](const std::vector<std::uint32_t>& batch) mutable {
        return spread.factor() * batch_time_s(batch);
      },
      listener);
}

bool ServerStations::enqueue(std::uint32_t request) {
  const LiveRequest& live = requests_[request];
  const bool at_gateway = routes_[live.record.route].hops[live.tier - 1].leg == Leg::device_to_gateway;
  return (at_gateway ? gateways_[platform_.gateway_of(live.record.device)] : cloud_)->enqueue(request);
}

/// A batch is of one route, so that its requests are at the same tier of the same route.
double ServerStations::batch_time_s(const std::vector<std::uint32_t>& requests) {
  const LiveRequest& first = requests_[requests.front()];
  const RoutePlan& route = routes_[first.record.route];
  const std::size_t tier = first.tier;
  double encode_s = 0;
  batch_images_.clear();
  for (const std::uint32_t request : requests) {
    const std::uint32_t image = requests_[request].record.image;
    batch_images_.push_back(image);
    if (route.tiers[tier].exit_of(image) == TierPlan::kPassOn) encode_s += route.hops[tier].encode_s;
  }
  return route.tiers[tier].compute_s(batch_images_) + encode_s;
}

void ServerStations::account_unfinished(double horizon_s) {
  for (const auto& gateway : gateways_) gateway->account_unfinished(horizon_s);
  cloud_->account_unfinished(horizon_s);
}

}  // namespace offramp
