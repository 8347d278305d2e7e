#include <string>

#include "sim/simulation/offered_load.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

// On the wire a message of 1000 B has 24 B of framing and one segment of headers, an answer of 200 B
// likewise.
constexpr double kUpBytes = 1000 + 24 + 52;
constexpr double kDownBytes = 200 + 24 + 52;

/// 10 devices at 4/s behind 2 gateways, which offload two images of five; device types of 1 FLOP/s.
struct Plant {
  Scenario scenario = probe_scenario(10, 4);
  ProbeProfile probe{{true, true, true, false, false}, 1000};
  ExitProfile profile = probe.profile();

  Plant() {
    scenario.network.gateways = 2;
    DeviceGroup& group = scenario.devices[0];
    group.policy.rule = "entropy";
    group.policy.thresholds = {0.3};
    group.offload->from = "exit 0";
    group.type.flops_per_s = scenario.cloud.type.flops_per_s = 1;
  }

  double load(const std::string& resource) const {
    const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
    const std::vector<std::uint32_t> device_groups(scenario.devices[0].count, 0);
    for (const OfferedLoad& offered : offered_loads(scenario, routes, device_groups))
      if (offered.resource == resource) return offered.load;
    FAIL("no resource " << resource);
    return 0;
  }
};

}  // namespace

TEST_CASE("the load of a resource is arrival rate times demand over capacity") {
  Plant plant;
  plant.profile.exits[0].backbone.flops = 0.05;
  plant.profile.exits[1].backbone.flops = 0.02;
  plant.scenario.network.access["wire"] = {1e6, 2e6, 0};
  plant.scenario.network.uplink.bytes_per_s = 20e3;
  plant.scenario.cloud.servers = 3;
  // A device: 4/s x 50 ms. Its access link: 4/s x 2/5 messages.
  CHECK(plant.load("device") == Approx(0.2));
  CHECK(plant.load("access") == Approx(1.6 * kUpBytes / 1e6));
  // 5 devices an uplink: 5 x 1.6/s messages, and as many answers.
  CHECK(plant.load("uplink") == Approx(8 * kUpBytes / 20e3));
  CHECK(plant.load("downlink") == Approx(8 * kDownBytes / 20e3));
  // 16/s x 20 ms on 3 servers.
  CHECK(plant.load("cloud") == Approx(16 * 0.02 / 3));
}

TEST_CASE("what an overloaded resource cannot pass on is not asked of those behind it") {
  Plant plant;
  plant.profile.exits[0].backbone.flops = 0.5;   // a device is asked for 4/s x 0.5 s = 2 and passes on half
  plant.profile.exits[1].backbone.flops = 0.25;  // so the cloud has 8/s x 0.25 s on one server
  plant.scenario.network.uplink.bytes_per_s = 1e9;
  CHECK(plant.load("device") == Approx(2));
  CHECK(plant.load("cloud") == Approx(2));
  // An uplink that is asked for 4/s and carries one of them a second leaves the cloud 2/s from two gateways.
  plant.scenario.network.uplink.bytes_per_s = kUpBytes;
  CHECK(plant.load("uplink") == Approx(4));
  CHECK(plant.load("cloud") == Approx(0.5));
}

TEST_CASE("a cloud that batches is taken at full batches") {
  // A batch of b takes 10 ms + b x 1 ms: alone 11 ms, of eight 18 ms, 2.25 ms each; at 16/s 0.036 of a
  // server.
  Plant plant;
  plant.scenario.cloud.type.overhead_s_per_call = 0.010;
  plant.profile.exits[1].backbone.calls = 1;
  plant.profile.exits[1].backbone.flops = 0.001;
  plant.scenario.cloud.batch_max = 8;
  CHECK(plant.load("cloud") == Approx(16 * 0.018 / 8));
  plant.scenario.cloud.batch_max = 1;
  CHECK(plant.load("cloud") == Approx(16 * 0.011));
}

TEST_CASE("a stable run is as busy as its offered load") {
  // What comes in must go out: utilization = offered load, up to the noise of 1600 messages (1 / sqrt(1600)).
  Plant plant;
  plant.scenario.network.uplink.bytes_per_s = 8 * kUpBytes / 0.5;
  plant.profile.exits[1].backbone.flops = 0.02;
  const Replication run = simulate_apart(plant.scenario, plant.profile);
  REQUIRE_FALSE(run.result.offered_loads.empty());
  CHECK(metric_of(run.result, "uplink.utilization") == Approx(0.5).epsilon(0.08));
  CHECK(metric_of(run.result, "cloud.utilization") == Approx(16 * 0.02).epsilon(0.08));
}
