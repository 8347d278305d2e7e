#include "tests/simulation/probe.hpp"

#include <algorithm>
#include <cstring>

#include "sim/sweep/process_pool.hpp"

namespace offramp {

ProbeProfile::ProbeProfile(std::vector<bool> sure, std::uint32_t bytes) {
  for (std::size_t i = 0; i < sure.size(); ++i) {
    const auto label = static_cast<std::int32_t>(i % 2);
    labels.push_back(label);
    const float margin = sure[i] ? 20.0F : 0.001F;
    early_logits.push_back(label == 0 ? margin : 0);
    early_logits.push_back(label == 0 ? 0 : margin);
    final_logits.push_back(label == 0 ? 5.0F : 0);
    final_logits.push_back(label == 0 ? 0 : 5.0F);
    coded_bytes.push_back(bytes);
  }
}

ExitProfile ProbeProfile::profile() const {
  ExitProfile made;
  made.model = "probe";
  made.dataset = "none";
  made.num_classes = 2;
  made.input = {1, 2, 2};
  made.exits.resize(2);
  const std::vector<CodedSet> coded{{coded_bytes, {}}};
  made.splits = {{"input", {1, 2, 2}, {{"probe", true, 0, 0, coded}}},
                 {"exit 0", {1, 2, 2}, {{"probe", true, 0, 0, coded}}}};
  made.sets = {{"test", labels, {early_logits, final_logits}}};
  made.zstd_s_per_byte = 1e-9;
  return made;
}

DeviceType instant_device() {
  DeviceType type;
  type.name = "instant";
  type.flops_per_s = 1e15;
  type.memory_bytes_per_s = 1e15;
  type.zstd_s_per_byte = 1e-9;
  return type;
}

Scenario probe_scenario(std::size_t count, double rate_per_s) {
  Scenario scenario;
  scenario.name = "probe";
  scenario.duration_s = 100;
  DeviceGroup group;
  group.count = count;
  group.type = instant_device();
  group.model.name = "probe";
  group.model.num_exits = 2;
  group.model.num_classes = 2;
  group.arrivals = {ArrivalSpec::Process::poisson, rate_per_s};
  group.policy.rule = "always";
  group.offload = OffloadSpec{"input", "probe"};
  group.access = "wire";
  group.queue_limit = 1000;
  scenario.devices.push_back(group);
  scenario.network.access["wire"] = {1e9, 1e9, 0};
  scenario.network.uplink = {1e9, 0, 150e3};
  scenario.network.connection.handshake_round_trips = 0;
  scenario.cloud.type = instant_device();
  scenario.cloud.queue_limit = 1'000'000;
  return scenario;
}

Replication simulate_apart(const Scenario& scenario, const ExitProfile& profile, std::uint64_t replication) {
  return simulate_apart(scenario, std::vector<ExitProfile>(route_owners(scenario).size(), profile),
                        replication);
}

Replication simulate_apart(const Scenario& scenario, const std::vector<ExitProfile>& profiles,
                           std::uint64_t replication) {
  std::vector<RoutePlan> routes;
  for (const RouteOwner& owner : route_owners(scenario))
    routes.push_back(plan_route(group_of_route(owner, scenario), scenario, profiles[routes.size()]));
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    const Replication done = simulate(scenario, routes, replication);
    const std::string result = to_bytes(done.result);
    std::string bytes(sizeof(std::uint64_t), '\0');
    const std::uint64_t result_size = result.size();
    std::memcpy(bytes.data(), &result_size, sizeof result_size);
    bytes += result;
    bytes.append(reinterpret_cast<const char*>(done.requests.data()),
                 done.requests.size() * sizeof(RequestRecord));
    return bytes;
  });
  std::uint64_t result_size = 0;
  std::memcpy(&result_size, answer[0].data(), sizeof result_size);
  Replication done;
  done.result = replication_result_from(answer[0].substr(sizeof result_size, result_size));
  const std::size_t rows_at = sizeof result_size + result_size;
  done.requests.resize((answer[0].size() - rows_at) / sizeof(RequestRecord));
  std::copy(answer[0].begin() + static_cast<std::ptrdiff_t>(rows_at), answer[0].end(),
            reinterpret_cast<char*>(done.requests.data()));
  return done;
}

}  // namespace offramp
