#include "tests/benchmarks/fleet.hpp"

#include <sys/resource.h>

#include <cmath>
#include <ctime>
#include <simgrid/s4u.hpp>

#include "sim/platform/message_size.hpp"
#include "sim/simulation/simulation.hpp"
#include "tests/simulation/probe.hpp"

namespace offramp::benchmark {
namespace {

constexpr std::size_t kImages = 10'000;

double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double metric(const ReplicationResult& result, const char* name) {
  for (const Metric& one : result.metrics)
    if (one.name == name) return one.value;
  return std::nan("");
}

/// Images of which the given share is not sure at exit 0, evenly mixed.
std::vector<bool> sure_images(double offloaded) {
  std::vector<bool> sure;
  for (std::size_t i = 0; i < kImages; ++i)
    sure.push_back(std::floor(static_cast<double>(i + 1) * offloaded) ==
                   std::floor(static_cast<double>(i) * offloaded));
  return sure;
}

Scenario scenario_of(const Fleet& fleet) {
  Scenario scenario = probe_scenario(fleet.devices, fleet.rate_per_s);
  scenario.duration_s = fleet.duration_s();
  DeviceGroup& group = scenario.devices[0];
  group.policy.rule = "entropy";
  group.policy.thresholds = {0.3};
  group.offload = OffloadSpec{"exit 0", "probe"};
  group.queue_limit = 16;
  scenario.network.access["wire"] = {fleet.access_bytes_per_s, fleet.access_bytes_per_s,
                                     fleet.access_latency_s};
  scenario.network.gateways = fleet.gateways();
  scenario.network.uplink = {fleet.uplink_bytes_per_s(), fleet.uplink_latency_s, 150e3};
  scenario.network.connection.handshake_round_trips = 1;
  scenario.network.answer_bytes = fleet.answer_bytes;
  scenario.cloud.servers = fleet.servers();
  scenario.output.requests = false;
  return scenario;
}

}  // namespace

std::size_t Fleet::gateways() const { return (devices + devices_per_gateway - 1) / devices_per_gateway; }
std::uint64_t Fleet::upload_wire_bytes() const { return wire_bytes(message_bytes(payload_bytes)); }
std::uint64_t Fleet::answer_wire_bytes() const { return wire_bytes(message_bytes(answer_bytes)); }

double Fleet::uplink_bytes_per_s() const {
  const auto sharing = static_cast<double>(devices) / static_cast<double>(gateways());
  return sharing * rate_per_s * offloaded * static_cast<double>(upload_wire_bytes()) / uplink_load;
}

std::size_t Fleet::servers() const {
  return static_cast<std::size_t>(
      std::ceil(static_cast<double>(devices) * rate_per_s * offloaded * cloud_s / cloud_load));
}

double Fleet::duration_s() const { return requests / (static_cast<double>(devices) * rate_per_s); }

LoopCost run_offramp(const Fleet& fleet) {
  const ProbeProfile probe(sure_images(fleet.offloaded), fleet.payload_bytes);
  ExitProfile profile = probe.profile();
  const Scenario scenario = scenario_of(fleet);
  const DeviceType& type = scenario.cloud.type;  // equal on both sides
  profile.exits[0].backbone.flops = fleet.device_s * type.flops_per_s;
  profile.exits[1].backbone.flops = fleet.cloud_s * type.flops_per_s;
  std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
  const LoopClock clock;
  const Replication done = simulate(scenario, routes, 0);
  return {done.result.requests, metric(done.result, "requests.offloaded"), clock.loop_s(), peak_rss_bytes()};
}

LoopClock::LoopClock() {
  simgrid::s4u::Engine::on_simulation_start_cb([this] { started_s_ = processor_s(); });
  simgrid::s4u::Engine::on_simulation_end_cb([this] { loop_s_ = processor_s() - started_s_; });
}

double peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace offramp::benchmark
