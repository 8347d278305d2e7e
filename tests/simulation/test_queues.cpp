#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/simulation/link_queue.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// The profile with this time for the cloud's part on instant_device-like hardware of 1 FLOP/s.
ExitProfile with_service(ExitProfile profile, double early_s, double final_s) {
  profile.exits[0].backbone.flops = early_s;
  profile.exits[1].backbone.flops = final_s;
  return profile;
}

DeviceType one_flop_a_second() {
  DeviceType type = instant_device();
  type.flops_per_s = 1;
  return type;
}

}  // namespace

TEST_CASE("three frames at one device are worked on one after the other") {
  // Frames every 10 s, each 12 s of work: the k-th starts when the one before has ended.
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].type = one_flop_a_second();
  scenario.devices[0].policy.rule = "never";
  scenario.devices[0].offload.reset();
  const ProbeProfile probe({true}, 100);
  const Replication run = simulate_apart(scenario, with_service(probe.profile(), 5, 7));
  REQUIRE(run.requests.size() == 10);
  const double first = run.requests[0].arrival_s;
  CHECK(run.requests[0].tiers[0].started_s == Approx(first));
  CHECK(run.requests[1].tiers[0].started_s == Approx(first + 12));
  CHECK(run.requests[2].tiers[0].started_s == Approx(first + 24));
  CHECK(run.requests[2].answered_s == Approx(first + 36));
}

TEST_CASE("waiting in the cloud's queue is that of M/D/1") {
  // Many devices with Poisson arrivals and equal transfers make Poisson arrivals at one server with a
  // constant service time s: Pollaczek-Khinchine gives the mean wait W = rho s / (2 (1 - rho)). 100 devices
  // at 0.7/s, s = 10 ms: rho = 0.7, W = 0.7 * 10 ms / 0.6 = 11.6667 ms.
  Scenario scenario = probe_scenario(100, 0.7);
  scenario.duration_s = 1000;
  scenario.warmup_s = 20;
  scenario.network.uplink.bytes_per_s = 1e12;
  scenario.network.access["wire"] = {1e12, 1e12, 0};
  scenario.cloud.type = one_flop_a_second();
  const ProbeProfile probe({false}, 100);
  std::vector<double> waits;
  const ExitProfile profile = with_service(probe.profile(), 0, 0.010);
  for (std::uint64_t r = 0; r < 8; ++r) {
    const Replication run = simulate_apart(scenario, profile, r);
    waits.push_back(metric_of(run.result, "cloud.queue_s.mean"));
    CHECK(metric_of(run.result, "cloud.utilization") == Approx(0.7).epsilon(0.02));
  }
  double mean = 0;
  for (const double wait : waits) mean += wait / 8;
  double variance = 0;
  for (const double wait : waits) variance += (wait - mean) * (wait - mean) / 7;
  const double half_width_999 = 5.408 * std::sqrt(variance / 8);  // t(0.9995, 7): fails once in a thousand
  INFO("mean wait " << mean << " s, half width " << half_width_999);
  CHECK(std::abs(mean - 0.0116667) < half_width_999);
  CHECK(half_width_999 < 0.002);  // else the check above says nothing
}

TEST_CASE("a batch leaves when it is full or when its first request has waited") {
  // Five devices send at times that batch.wait = 1000 s cannot bridge: only full batches of 2 leave.
  Scenario scenario = probe_scenario(5, 1);
  scenario.cloud.batch_max = 2;
  scenario.cloud.batch_wait_s = 1000;
  const ProbeProfile probe({false}, 100);
  const Replication run = simulate_apart(scenario, probe.profile());
  std::vector<double> starts;
  for (const RequestRecord& request : run.requests)
    if (!std::isnan(request.tiers[1].started_s)) starts.push_back(request.tiers[1].started_s);
  std::sort(starts.begin(), starts.end());
  REQUIRE(starts.size() >= 100);
  CHECK(starts.size() % 2 == 0);
  for (std::size_t i = 0; i + 1 < starts.size(); i += 2) CHECK(starts[i] == starts[i + 1]);

  // With a wait of 50 ms no request waits longer while servers are idle.
  scenario.cloud.batch_wait_s = 0.05;
  const Replication patient = simulate_apart(scenario, probe.profile());
  for (const RequestRecord& request : patient.requests)
    if (!std::isnan(request.tiers[1].started_s))
      CHECK(request.tiers[1].started_s - request.tiers[1].decoded_s <= 0.05 + 1e-9);
}

TEST_CASE("a full queue drops and counts") {
  // A device that holds 3 frames and takes 1000 s for each: 3 are taken, the rest dropped.
  Scenario scenario = probe_scenario(1, 1);
  scenario.devices[0].type = one_flop_a_second();
  scenario.devices[0].policy.rule = "never";
  scenario.devices[0].offload.reset();
  scenario.devices[0].queue_limit = 3;
  const ProbeProfile probe({true}, 100);
  const Replication run = simulate_apart(scenario, with_service(probe.profile(), 0, 1000));
  const double offered = metric_of(run.result, "requests.offered");
  CHECK(metric_of(run.result, "requests.dropped") == offered - 3);
  CHECK(metric_of(run.result, "requests.in_flight") == 3);

  // The cloud: one server that never ends and a queue of 4.
  Scenario cloud = probe_scenario(1, 1);
  cloud.cloud.type = one_flop_a_second();
  cloud.cloud.queue_limit = 4;
  const Replication full = simulate_apart(cloud, with_service(probe.profile(), 0, 1000));
  CHECK(metric_of(full.result, "requests.in_flight") == 5);
  CHECK(metric_of(full.result, "requests.dropped") == metric_of(full.result, "requests.offered") - 5);
}

TEST_CASE("a frame that waits to be sent takes a place on its device") {
  // The uplink carries nothing to speak of: 4 frames fill the device, the rest is dropped.
  Scenario scenario = probe_scenario(1, 1);
  scenario.devices[0].queue_limit = 4;
  scenario.network.uplink.bytes_per_s = 1;
  scenario.network.access["wire"] = {1, 1, 0};
  const ProbeProfile probe({false}, 100000);
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(metric_of(run.result, "requests.in_flight") == 4);
  CHECK(metric_of(run.result, "requests.dropped") == metric_of(run.result, "requests.offered") - 4);
}

TEST_CASE("energy is idle power all the time and busy power while working") {
  // One device, 1 W idle and 3 W busy, 10 frames of 2 s within 100 s: 100 * 1 + 20 * 2 = 140 J. A frame whose
  // work crosses the horizon counts in part, so that the phase is read from the first arrival.
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].type = one_flop_a_second();
  scenario.devices[0].type.idle_w = 1;
  scenario.devices[0].type.busy_w = 3;
  scenario.devices[0].policy.rule = "never";
  scenario.devices[0].offload.reset();
  const ProbeProfile probe({true}, 100);
  const Replication run = simulate_apart(scenario, with_service(probe.profile(), 0, 2));
  const double last_s = run.requests.back().arrival_s;
  const double busy_s = 9 * 2 + std::min(2.0, 100 - last_s);
  CHECK(metric_of(run.result, "energy_j.edge") == Approx(100 + 2 * busy_s));
  CHECK(metric_of(run.result, "energy_j.cloud") == 0);
}

TEST_CASE("a spread of service times leaves arrivals alone and is drawn for each device") {
  // The same seed with and without a spread of 20 %: the same arrivals; service times of mean 0.5 s and
  // standard deviation 0.1 s. With about 400 of them the mean errs by 0.005 s (one standard error).
  Scenario scenario = probe_scenario(2, 2);
  scenario.devices[0].type = one_flop_a_second();
  scenario.devices[0].policy.rule = "never";
  scenario.devices[0].offload.reset();
  const ProbeProfile probe({true}, 100);
  const ExitProfile profile = with_service(probe.profile(), 0, 0.5);
  const Replication steady = simulate_apart(scenario, profile);
  scenario.devices[0].type.service_spread = 0.2;
  const Replication spread = simulate_apart(scenario, profile);
  REQUIRE(steady.requests.size() == spread.requests.size());
  const auto arrivals_of = [](const Replication& run) {
    std::vector<double> arrivals;
    for (const RequestRecord& request : run.requests) arrivals.push_back(request.arrival_s);
    std::sort(arrivals.begin(), arrivals.end());
    return arrivals;
  };
  CHECK(arrivals_of(steady) == arrivals_of(spread));
  double sum = 0, squares = 0, count = 0;
  for (const RequestRecord& request : spread.requests) {
    const double service_s = request.tiers[0].computed_s - request.tiers[0].started_s;
    if (std::isnan(service_s)) continue;
    ++count;
    sum += service_s;
    squares += (service_s - 0.5) * (service_s - 0.5);
  }
  REQUIRE(count > 250);
  CHECK(std::abs(sum / count - 0.5) < 5 * 0.1 / std::sqrt(count));
  CHECK(std::sqrt(squares / count) == Approx(0.1).epsilon(0.2));
}

TEST_CASE("every decision on the way ends a run, and every run has its overhead") {
  // Two exits on the device, 2 s and 3 s, and 0.5 s a run. Asked at exit 0 an unsure frame takes
  // (0.5 + 2) + (0.5 + 3) = 6 s, a sure one 2.5 s; never asked, one run goes through: 0.5 + 2 + 3 = 5.5 s.
  Scenario scenario = probe_scenario(1, 0.01);
  scenario.devices[0].type = one_flop_a_second();
  scenario.devices[0].type.overhead_s_per_run = 0.5;
  scenario.devices[0].policy = {};
  scenario.devices[0].policy.rule = "entropy";
  scenario.devices[0].policy.thresholds = {0.1};
  scenario.devices[0].offload.reset();
  const auto service_s = [&](bool sure) {
    const ProbeProfile probe({sure}, 100);
    const RoutePlan route = plan_route(scenario.devices[0], scenario, with_service(probe.profile(), 2, 3));
    return route.tiers[0].compute_s(0);
  };
  CHECK(service_s(true) == Approx(2.5));
  CHECK(service_s(false) == Approx(6));
  scenario.devices[0].policy.rule = "never";
  CHECK(service_s(false) == Approx(5.5));
}

TEST_CASE("pieces of one train that wait one behind the other leave as one") {
  LinkQueue link;
  const auto piece = [](std::uint32_t connection, std::uint32_t whole_bytes) {
    Train train{connection, 3000};
    train.whole_bytes = whole_bytes;  // 0: not its last
    return train;
  };
  link.wait(piece(1, 0));
  link.wait(piece(1, 6000));
  link.wait(piece(1, 6000));  // the last of another train
  link.wait(piece(2, 0));
  link.wait(piece(3, 3000));
  link.wait(piece(2, 6000));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> left;
  while (link.waiting()) {
    const Train train = link.take_next();
    left.emplace_back(train.connection, train.wire_bytes);
  }
  REQUIRE(left == std::vector<std::pair<std::uint32_t, std::uint32_t>>{
                      {1, 6000}, {1, 3000}, {2, 3000}, {3, 3000}, {2, 3000}});
  REQUIRE(link.bytes(1e6, 0) == 0);
}
