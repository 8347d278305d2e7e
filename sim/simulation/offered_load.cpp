#include "sim/simulation/offered_load.hpp"

#include <algorithm>
#include <span>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr std::size_t kDevice = 0;

/// What is left of a rate behind a resource with this load.
double passed(double load) { return load > 1 ? 1 / load : 1; }

/// What a request of a group asks for, on average.
struct Demand {
  double device_s = 0;
  double offloaded = 0;          ///< share that is sent up; all below is of one that is
  double access_wire_bytes = 0;  ///< over its access link
  double gateway_server_s = 0;   ///< at a gateway that computes, in full batches
  double to_cloud = 1;           ///< share that reaches the cloud
  double uplink_wire_bytes = 0;
  double cloud_server_s = 0;  ///< in full batches
};

double server_s(const TierPlan& tier, const std::vector<std::uint32_t>& images, std::size_t batch) {
  double total_s = 0;
  std::size_t served = 0;
  for (; served + batch <= images.size(); served += batch)
    total_s += tier.compute_s(std::span(images).subspan(served, batch));
  // Fewer images than a batch holds: they come again and again.
  if (served == 0) {
    std::vector<std::uint32_t> repeated;
    for (std::size_t i = 0; i < batch; ++i) repeated.push_back(images[i % images.size()]);
    return tier.compute_s(repeated) / static_cast<double>(batch);
  }
  return total_s / static_cast<double>(served);
}

double hop_wire_bytes(const HopPlan& hop, const std::vector<std::uint32_t>& images) {
  double bytes = 0;
  for (const std::uint32_t image : images)
    bytes += static_cast<double>(wire_bytes(message_bytes(hop.payload_bytes[image])));
  return bytes;
}

Demand demand_of(const RoutePlan& route, const Scenario& scenario) {
  Demand demand;
  std::vector<std::uint32_t> sent;
  for (std::uint32_t image = 0; image < route.images; ++image) {
    demand.device_s += route.tiers[kDevice].compute_s(image);
    if (route.tiers[kDevice].exit_of(image) != TierPlan::kPassOn) continue;
    sent.push_back(image);
    demand.device_s += route.hops[kDevice].encode_s;
  }
  const auto images = static_cast<double>(route.images);
  demand.device_s /= images;
  demand.offloaded = static_cast<double>(sent.size()) / images;
  if (sent.empty()) return demand;

  const auto all_sent = static_cast<double>(sent.size());
  demand.access_wire_bytes = hop_wire_bytes(route.hops[kDevice], sent) / all_sent;
  std::vector<std::uint32_t> to_cloud = sent;
  std::size_t cloud_tier = 1;
  if (route.hops[kDevice].leg == Leg::device_to_gateway) {
    const TierPlan& gateway = route.tiers[1];
    std::erase_if(to_cloud, [&](std::uint32_t image) { return gateway.exit_of(image) != TierPlan::kPassOn; });
    demand.to_cloud = static_cast<double>(to_cloud.size()) / all_sent;
    demand.gateway_server_s = server_s(gateway, sent, scenario.network.gateway->batch_max);
    if (!to_cloud.empty()) demand.gateway_server_s += demand.to_cloud * route.hops[1].encode_s;
    cloud_tier = 2;
  }
  if (to_cloud.empty()) return demand;
  demand.uplink_wire_bytes = hop_wire_bytes(route.hops[cloud_tier - 1], to_cloud) / all_sent;
  demand.cloud_server_s =
      demand.to_cloud * server_s(route.tiers[cloud_tier], to_cloud, scenario.cloud.batch_max);
  return demand;
}

}  // namespace

std::vector<OfferedLoad> offered_loads(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                                       const std::vector<std::uint32_t>& device_groups) {
  const NetworkSpec& network = scenario.network;
  if (network.platform) return {};  // its links are not known here
  const std::size_t groups = scenario.devices.size();
  const auto answer_bytes =
      static_cast<double>(wire_bytes(message_bytes(static_cast<std::uint64_t>(network.answer_bytes))));
  std::vector<std::vector<double>> devices(network.gateways, std::vector<double>(groups, 0));
  for (std::size_t device = 0; device < device_groups.size(); ++device)
    ++devices[device % network.gateways][device_groups[device]];

  OfferedLoad device{"device"};
  OfferedLoad access{"access"};
  std::vector<Demand> demands;
  std::vector<double> sent_per_s;  // by a device of the group, behind its processor and its access link
  for (std::size_t g = 0; g < groups; ++g) {
    const DeviceGroup& group = scenario.devices[g];
    const AccessSpec& link = network.access.at(group.access);
    demands.push_back(demand_of(routes[g], scenario));
    const double device_load = group.arrivals.rate_per_s * demands[g].device_s;
    double per_s = group.arrivals.rate_per_s * passed(device_load) * demands[g].offloaded;
    double sharing = 1;
    if (link.shared || link.is_wifi())
      for (const std::vector<double>& behind_gateway : devices)
        sharing = std::max(sharing, behind_gateway[g]);
    double up_load = sharing * per_s * demands[g].access_wire_bytes / link.up_bytes_per_s;
    double down_load = sharing * per_s * answer_bytes / link.down_bytes_per_s;
    if (link.is_wifi()) {  // airtime, of both directions together
      double s_per_byte = 0;
      for (const double bytes_per_s : link.station_bytes_per_s)
        s_per_byte += 1 / bytes_per_s / static_cast<double>(link.station_bytes_per_s.size());
      up_load = down_load = sharing * per_s * (demands[g].access_wire_bytes + answer_bytes) * s_per_byte;
    }
    device.load = std::max(device.load, device_load);
    access.load = std::max({access.load, up_load, down_load});
    sent_per_s.push_back(per_s * passed(up_load));
  }

  OfferedLoad gateway{"gateway"};
  OfferedLoad uplink{"uplink"};
  OfferedLoad cloud{"cloud"};
  std::vector<double> answers_per_s;  // by gateway
  for (const std::vector<double>& behind_gateway : devices) {
    double bytes_per_s = 0;
    double servers = 0;
    double requests_per_s = 0;
    double gateway_servers = 0;
    for (std::size_t g = 0; g < groups; ++g)
      gateway_servers += behind_gateway[g] * sent_per_s[g] * demands[g].gateway_server_s;
    const double gateway_load =
        network.gateway ? gateway_servers / static_cast<double>(network.gateway->servers) : 0;
    gateway.load = std::max(gateway.load, gateway_load);
    for (std::size_t g = 0; g < groups; ++g) {
      const double behind_it = demands[g].gateway_server_s > 0 ? passed(gateway_load) : 1;
      const double per_s = behind_gateway[g] * sent_per_s[g] * behind_it;
      requests_per_s += per_s * demands[g].to_cloud;
      bytes_per_s += per_s * demands[g].uplink_wire_bytes;
      servers += per_s * demands[g].cloud_server_s;
    }
    const double load = bytes_per_s / network.uplink.bytes_per_s;
    uplink.load = std::max(uplink.load, load);
    cloud.load += passed(load) * servers / static_cast<double>(scenario.cloud.servers);
    answers_per_s.push_back(passed(load) * requests_per_s);
  }
  const double busiest_per_s = *std::max_element(answers_per_s.begin(), answers_per_s.end());
  const OfferedLoad downlink{"downlink",
                             passed(cloud.load) * busiest_per_s * answer_bytes / network.uplink.bytes_per_s};
  if (network.gateway) return {device, access, gateway, uplink, cloud, downlink};
  return {device, access, uplink, cloud, downlink};
}

}  // namespace offramp
