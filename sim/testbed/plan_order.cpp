#include "sim/testbed/plan_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/testbed/message.hpp"
#include "sim/workload/request_source.hpp"

namespace offramp {
namespace {

constexpr double kRoomForAll = 1e12;  // bytes

void check_groups(const Scenario& scenario, const std::function<void(std::string)>& cannot) {
  for (std::size_t g = 0; g < scenario.devices.size(); ++g) {
    const DeviceGroup& group = scenario.devices[g];
    const auto no = [&](const std::string& what) { cannot(fmt::format("devices.{}.{}", g, what)); };
    if (group.night) no("night: the processes see one set of images");
    if (group.adapts()) no("adapt: the processes take one setting; leave it out");
    if (group.offload && group.offload->timeout_s) no("offload.timeout: devices wait; leave it out");
    if (group.offload && group.offload->to == OffloadSpec::To::gateway)
      no("offload.to: gateways do not compute here; send to the cloud");
    if (group.policy.rule == "patience")
      no("policy.rule: the exits' agreement does not travel; take another");
    if (group.type.service_spread > 0) no("type: has a spread of service times, which is not emulated");
  }
  if (scenario.cloud.type.service_spread > 0)
    cannot("cloud.type: has a spread of service times, which is not emulated");
}

void check_network(const NetworkSpec& network, const std::function<void(std::string)>& cannot) {
  if (network.platform) cannot("network.platform: a platform file is not emulated; give access and uplink");
  for (const auto& [name, access] : network.access) {
    const auto no = [&, &kind = name](const std::string& what) {
      cannot(fmt::format("network.access.{}: {}", kind, what));
    };
    if (access.is_wifi()) no("a shared airtime is not emulated; give up and down");
    if (access.up_trace || access.down_trace) no("traces are not emulated; give up and down");
    if (access.shared) no("a shared cell is not emulated; each device has a link of its own");
  }
  const ConnectionSpec& connection = network.connection;
  if (connection.idle_timeout_s)
    cannot(
        "network.connection.idle_timeout: the kernel takes a connection for idle after its own "
        "retransmission "
        "timeout; write idle_timeout: rto");
  if (connection.pacing)
    cannot("network.connection.pacing: this kernel's cubic does not pace; write pacing: false");
  if (connection.handshake_round_trips != 1)
    cannot("network.connection.handshake_round_trips: TCP has one, and there is no TLS here");
}

LinkShape shape(double bytes_per_s, double latency_s, double buffer_bytes, double loss) {
  return {bytes_per_s, latency_s, buffer_bytes, loss};
}

WorkOrder::Route plan(const DeviceGroup& group, const RoutePlan& route, const ExitProfile& profile) {
  if (profile.cells)
    throw UserError(fmt::format("{} answers by cells, which real processes do not do here", profile.model));
  WorkOrder::Route planned;
  planned.model_directory = group.model.directory.string();
  planned.rule = {group.policy.rule, group.policy.thresholds, group.policy.exit.value_or(0),
                  group.policy.patience.value_or(0)};
  planned.temperatures =
      group.policy.temperatures_of_profile ? profile.temperatures : group.policy.temperatures;
  planned.num_exits = profile.exits.size();
  planned.num_classes = profile.num_classes;
  planned.has_routers = profile.has_routers;
  planned.last_device_exit =
      group.offload ? last_exit_before(group.offload->from) : static_cast<int>(profile.exits.size()) - 1;
  for (const std::vector<double>& batches : route.tiers.front().stage_s())
    planned.device_stage_s.push_back(batches.front());
  if (!group.offload) return planned;
  planned.offloads = true;
  planned.codec = group.offload->codec;
  planned.encode_s = route.hops.front().encode_s;
  planned.decode_s = route.hops.front().decode_s;
  planned.cloud_stage_s = route.tiers.back().stage_s();
  return planned;
}

}  // namespace

void check_testbed(const Scenario& scenario, bool shaped) {
  std::vector<Problem> problems;
  const std::function<void(std::string)> cannot = [&](std::string what) {
    problems.push_back({Place{scenario.file.string()}, "on real processes: " + std::move(what)});
  };
  check_groups(scenario, cannot);
  if (scenario.network.gateway) cannot("network.gateway: gateways do not compute here");
  if (!scenario.outages.empty()) cannot("outages: nothing fails on purpose here; leave them out");
  if (scenario.network.answer_bytes < static_cast<double>(Answer::kBytes))
    cannot(fmt::format("network.answer: an answer takes {} bytes", Answer::kBytes));
  if (scenario.warmup_auto) cannot("warmup: auto: needs a time; what `offramp run` found will do");
  if (scenario.until) cannot("replications.until: give a number");
  if (groups_of_devices(scenario).size() > kMostStarDevices)
    cannot(fmt::format("devices: at most {}", kMostStarDevices));
  if (shaped) check_network(scenario.network, cannot);
  if (!problems.empty()) throw UserError(std::move(problems));
}

std::vector<std::uint32_t> groups_of_devices(const Scenario& scenario) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < scenario.devices.size(); ++group)
    groups.insert(groups.end(), scenario.devices[group].count, group);
  return groups;
}

WorkOrder plan_order(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                     const std::map<std::string, ExitProfile>& profiles, std::uint64_t replication) {
  WorkOrder order;
  for (std::size_t g = 0; g < scenario.devices.size(); ++g) {
    const DeviceGroup& group = scenario.devices[g];
    order.routes.push_back(plan(group, routes[g], profiles.at(group.model.directory.string())));
  }
  order.horizon_s = scenario.warmup_s + scenario.duration_s;
  const std::vector<std::uint32_t> groups = groups_of_devices(scenario);
  for (std::uint32_t device = 0; device < groups.size(); ++device) {
    const DeviceGroup& group = scenario.devices[groups[device]];
    order.devices.push_back({static_cast<std::uint16_t>(groups[device]), group.queue_limit, {}});
    RequestSource source(scenario, group.arrivals, replication, device);
    for (double at_s = source.arrivals->next_s(); at_s < order.horizon_s; at_s = source.arrivals->next_s())
      order.requests.push_back({0, device, source.next_image(routes[groups[device]].images), at_s});
  }
  std::stable_sort(order.requests.begin(), order.requests.end(),
                   [](const auto& a, const auto& b) { return a.arrival_s < b.arrival_s; });
  for (std::size_t i = 0; i < order.requests.size(); ++i) order.requests[i].id = i;
  order.cloud = {scenario.cloud.servers,
                 scenario.cloud.batch_max,
                 scenario.cloud.batch_wait_s,
                 scenario.cloud.queue_limit,
                 {}};
  order.answer_bytes = static_cast<std::size_t>(scenario.network.answer_bytes);
  order.reuse = scenario.network.connection.reuse;
  return order;
}

StarShape star_of(const Scenario& scenario) {
  const UplinkSpec& uplink = scenario.network.uplink;
  StarShape star;
  star.uplinks_up.assign(scenario.network.gateways,
                         shape(uplink.bytes_per_s, uplink.latency_s, uplink.buffer_bytes, uplink.loss));
  star.uplinks_down = star.uplinks_up;
  const std::vector<std::uint32_t> groups = groups_of_devices(scenario);
  for (std::size_t device = 0; device < groups.size(); ++device) {
    const AccessSpec& access = scenario.network.access.at(scenario.devices[groups[device]].access);
    const auto link = [&](double bytes_per_s) {
      const bool bottleneck = bytes_per_s < uplink.bytes_per_s;
      return shape(bytes_per_s, access.latency_s, bottleneck ? uplink.buffer_bytes : kRoomForAll,
                   access.loss);
    };
    star.devices.push_back(
        {link(access.up_bytes_per_s), link(access.down_bytes_per_s), device % scenario.network.gateways});
  }
  return star;
}

}  // namespace offramp
