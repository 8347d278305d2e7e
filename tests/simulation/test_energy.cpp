#include <simgrid/plugins/energy.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <simgrid/s4u.hpp>
#include <string>

#include "sim/platform/simgrid_release.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;
namespace sg = simgrid::s4u;

namespace {

DeviceType powered(double flops_per_s, double idle_w, double busy_w) {
  DeviceType type = instant_device();
  type.flops_per_s = flops_per_s;
  type.idle_w = idle_w;
  type.busy_w = busy_w;
  return type;
}

/// One device, a picture every 10 s: 2 s of work, 2104 B on the wire, 1 s of work in the cloud, 276 B back.
Scenario powered_scenario() {
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe"};
  scenario.devices[0].type = powered(1, 1, 3);
  scenario.network.access["wire"] = {1e6, 1e6, 0.001};
  scenario.network.uplink = {2.5e6, 0.010, 150e3};
  scenario.cloud.type = powered(1, 50, 70);
  scenario.cloud.servers = 2;
  return scenario;
}

ExitProfile powered_profile(const ProbeProfile& probe) {
  ExitProfile profile = probe.profile();
  profile.exits[0].backbone.flops = 2;
  profile.exits[1].backbone.flops = 1;
  return profile;
}

/// What a run of ours did, in the figures that energy is made of.
struct Done {
  double sent = 0;      // messages that arrived above
  double answered = 0;  // answers that came back
  double device_busy_s = 0;
  double cloud_busy_s = 0;
};

Done counted(const Replication& run) {
  Done done;
  const auto within = [](double from_s, double length_s) { return std::min(length_s, 100 - from_s); };
  for (const RequestRecord& r : run.requests) {
    done.device_busy_s += within(r.tiers[0].started_s, 2);
    if (!std::isnan(r.tiers[1].received_s)) ++done.sent;
    if (!std::isnan(r.tiers[1].started_s)) done.cloud_busy_s += within(r.tiers[1].started_s, 1);
    if (r.outcome == Outcome::completed) ++done.answered;
  }
  return done;
}

/// Runs a simulation of SimGrid's own in a process of its own, and gives what it measured.
double simgrid_measures(const std::function<double(sg::Engine&)>& simulate) {
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    std::array<char, 8> program{"test"};
    std::array<char, 32> quiet{"--log=root.thresh:warning"};
    std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
    int count = 2;
    auto& engine = *new sg::Engine(&count, arguments.data());  // ends with the process
    sg::Engine::set_config("network/model:CM02");
    sg::Engine::set_config("network/crosstraffic:0");
    const double measured = simulate(engine);
    return std::string(reinterpret_cast<const char*>(&measured), sizeof measured);
  });
  double measured = 0;
  std::memcpy(&measured, answer[0].data(), sizeof measured);
  return measured;
}

}  // namespace

TEST_CASE("energy by part is power times time and joules times bytes") {
  // Derivation, with n messages sent and a answers back in 100 s:
  //   edge     1 W * 100 s + 2 W more for each second of work
  //   radio    1 uJ/B * 2104 B * n, and 0.5 W for 2104 B / 1 MB/s of each transfer
  //   network  the radio; the access link 0.1 W * 100 s + 2 uJ/B on (2104 n + 276 a) B; the uplink likewise
  //            5 W and 3 uJ/B
  //   cloud    2 servers * 50 W * 100 s + 20 W more for each second of work
  Scenario scenario = powered_scenario();
  scenario.devices[0].type.radio_j_per_byte = 1e-6;
  scenario.devices[0].type.radio_w = 0.5;
  scenario.network.access["wire"].energy = {2e-6, 0.1};
  scenario.network.uplink.energy = {3e-6, 5};
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(scenario, powered_profile(probe));
  const Done done = counted(run);
  REQUIRE(done.sent >= 9);
  const double bytes = 2104 * done.sent + 276 * done.answered;
  const double edge_j = 100 + 2 * done.device_busy_s;
  const double radio_j = done.sent * (2104e-6 + 0.5 * 2104e-6);
  const double network_j = radio_j + 10 + 2e-6 * bytes + 500 + 3e-6 * bytes;
  const double cloud_j = 10000 + 20 * done.cloud_busy_s;
  CHECK(metric_of(run.result, "energy_j.edge") == Approx(edge_j).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.radio") == Approx(radio_j).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.network") == Approx(network_j).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.cloud") == Approx(cloud_j).epsilon(1e-9));
  CHECK(std::isnan(metric_of(run.result, "energy_j.gateway")));
  const double completed = metric_of(run.result, "requests.completed");
  CHECK(metric_of(run.result, "energy_j.per_request") ==
        Approx((edge_j + network_j + cloud_j) / completed).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.edge_per_request") == Approx(edge_j / completed).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.network_per_request") == Approx(network_j / completed).epsilon(1e-9));
  CHECK(metric_of(run.result, "energy_j.cloud_per_request") == Approx(cloud_j / completed).epsilon(1e-9));
}

TEST_CASE("our meter of busy time agrees with SimGrid's host_energy on the same work") {
  // The plugin sees nothing of compute done by timers, so that it is given executions of the same length.
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(powered_scenario(), powered_profile(probe));
  const double plugin_j = simgrid_measures([&](sg::Engine& engine) {
    sg_host_energy_plugin_init();
    auto* zone = simgrid_release::full_zone("alone");
    auto* device = simgrid_release::host(zone, "device", 1.0);
    device->set_property("wattage_per_state", "1:1:3");  // idle, hardly used, one core in full use
    device->seal();
    zone->seal();
    for (const RequestRecord& r : run.requests)
      simgrid_release::actor("work", device, [&r] {
        sg::this_actor::sleep_until(r.tiers[0].started_s);
        sg::this_actor::execute(2);
      });
    engine.run_until(100);
    return sg_host_get_consumed_energy(device);
  });
  CHECK(metric_of(run.result, "energy_j.edge") == Approx(plugin_j).epsilon(1e-6));
}

TEST_CASE("joules a byte and a link's power agree with SimGrid's link_energy on the same transfers") {
  // The plugin draws idle power and, in full use, busy power: (busy - idle) / bandwidth joules a byte more.
  // Its links are one a direction, so that each has half of our link's power: 2.5 W idle, 5 W busy at 2.5
  // MB/s.
  Scenario scenario = powered_scenario();
  scenario.network.access["wire"] = {1e9, 1e9, 0};
  scenario.network.uplink.energy = {2.5 / 2.5e6, 5};
  const ProbeProfile probe({false}, 1'000'000);
  const Replication run = simulate_apart(scenario, powered_profile(probe));
  REQUIRE(counted(run).sent == counted(run).answered);
  const double plugin_j = simgrid_measures([&](sg::Engine& engine) {
    sg_link_energy_plugin_init();
    auto* zone = simgrid_release::full_zone("pair");
    auto* device = simgrid_release::host(zone, "device", 1.0)->seal();
    auto* cloud = simgrid_release::host(zone, "cloud", 1.0)->seal();
    const auto make = [&](const char* name) {
      auto* link = simgrid_release::link(zone, name, 2.5e6)->set_latency(0);
      link->set_property("wattage_range", "2.5:5");
      link->seal();
      return link;
    };
    sg::Link* up = make("up");
    sg::Link* down = make("down");
    simgrid_release::route(zone, device, cloud, {sg::LinkInRoute(up)});
    simgrid_release::route(zone, cloud, device, {sg::LinkInRoute(down)});
    zone->seal();
    for (const RequestRecord& r : run.requests)
      simgrid_release::actor("transfer", device, [&r, device, cloud] {
        if (r.outcome != Outcome::completed) return;
        sg::this_actor::sleep_until(r.tiers[0].encoded_s);
        sg::Comm::sendto(device, cloud, r.wire_bytes);
        sg::this_actor::sleep_until(r.tiers[1].computed_s);
        sg::Comm::sendto(cloud, device, 276);
      });
    simgrid_release::actor("horizon", device, [] { sg::this_actor::sleep_until(100); });
    engine.run();
    return sg_link_get_consumed_energy(up) + sg_link_get_consumed_energy(down);
  });
  CHECK(metric_of(run.result, "energy_j.network") == Approx(plugin_j).epsilon(1e-3));
}
