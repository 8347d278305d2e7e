#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

using What = OutageSpec::What;

/// One device that sends 1 MB over 1 MB/s without latency every 10 s; its access link is the slow one.
Scenario lone_sender() {
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {1e6, 1e6, 0};
  scenario.network.uplink = {kEndlessBytesPerS, 0, 150e3};
  return scenario;
}

/// As before, but the uplink is the slow one, in whose buffer segments wait.
Scenario behind_slow_uplink() {
  Scenario scenario = lone_sender();
  scenario.network.access["wire"] = {1e7, 1e7, 0};
  scenario.network.uplink = {1e6, 0, 150e3};
  return scenario;
}

const ProbeProfile& big() {
  static const ProbeProfile probe({false}, 1'000'000);
  return probe;
}

OutageSpec scheduled(What what, double from_s, double for_s) {
  OutageSpec outage;
  outage.what = what;
  outage.from_s = from_s;
  outage.for_s = for_s;
  return outage;
}

OutageSpec at_random(What what, double mtbf_s, double mttr_s) {
  OutageSpec outage;
  outage.what = what;
  outage.mtbf_s = mtbf_s;
  outage.mttr_s = mttr_s;
  return outage;
}

double upload_s(const RequestRecord& request) {
  return request.tiers[1].received_s - request.tiers[0].encoded_s;
}

void check_accounts(const Replication& run) {
  const ReplicationResult& r = run.result;
  CHECK(metric_of(r, "requests.offered") ==
        metric_of(r, "requests.completed") + metric_of(r, "requests.fallen_back") +
            metric_of(r, "requests.dropped") + metric_of(r, "requests.lost") +
            metric_of(r, "requests.in_flight"));
}

// The timer of a stalled transfer first goes off after 200 ms + a round trip, which on this path is one
// segment: 1500 B / 1 MB/s = 1.5 ms. Tries follow 0.2015, 0.6045, 1.4105, 3.0225 s after the stall (each wait
// doubles).
constexpr double kTry2S = 0.6045;
constexpr double kTry3S = 1.4105;

}  // namespace

TEST_CASE("a transfer that an outage meets goes on at the first try that finds the link back") {
  // The link fails 0.3 s into the transfer, for 1 s: the try after 0.6045 s fails, the one after 1.4105 s
  // does not.
  const double undisturbed_s = upload_s(simulate_apart(lone_sender(), big().profile()).requests.at(0));
  for (const What what : {What::uplink, What::access}) {
    Scenario scenario = lone_sender();
    const double begins_s = simulate_apart(scenario, big().profile()).requests.at(0).tiers[0].encoded_s;
    scenario.outages = {scheduled(what, begins_s + 0.3, 1)};
    const Replication run = simulate_apart(scenario, big().profile());
    CHECK(upload_s(run.requests.at(0)) ==
          Approx(undisturbed_s + kTry3S).margin(2e-6));  // rest in whole bytes
    CHECK(upload_s(run.requests.at(1)) == Approx(undisturbed_s).margin(2e-6));
    CHECK(metric_of(run.result, "requests.lost") == 0);
  }
}

TEST_CASE("segments in the uplink's buffer wait for it and leave when it is back") {
  // No more is sent than the buffer holds, for nothing is acknowledged: the transfer is 1 s late.
  Scenario scenario = behind_slow_uplink();
  const RequestRecord calm = simulate_apart(scenario, big().profile()).requests.at(0);
  scenario.outages = {scheduled(What::uplink, calm.tiers[0].encoded_s + 0.3, 1)};
  const Replication run = simulate_apart(scenario, big().profile());
  CHECK(upload_s(run.requests.at(0)) == Approx(upload_s(calm) + 1).margin(1e-3));
}

TEST_CASE("what is sent over an access link that is down is sent again and holds nobody else up") {
  // 2104 B, two segments, into an outage of 0.5 s: a probe after two round trips of 1.65 ms, in vain; then
  // sent again after 0.2015 s, in vain too, and after 0.6045 s, one segment after the other (the window is
  // 1). The other device's message crosses the uplink meanwhile.
  Scenario scenario = behind_slow_uplink();
  scenario.devices[0].count = 2;
  const ProbeProfile probe({false}, 1976);
  const Replication calm = simulate_apart(scenario, probe.profile());
  const RequestRecord& met = calm.requests.at(0);
  scenario.outages = {scheduled(What::access, met.tiers[0].encoded_s - 0.1, 0.6)};
  scenario.outages[0].device = met.device;
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(upload_s(run.requests.at(0)) == Approx(upload_s(met) + 0.0033 + kTry2S).margin(0.002));
  for (std::size_t i = 1; i < run.requests.size(); ++i)
    CHECK(upload_s(run.requests[i]) == Approx(upload_s(calm.requests[i])).margin(1e-9));
}

TEST_CASE("what was sent later tells of a loss, and arrives behind it") {
  // 1 MB/s, 100 ms; a message of one segment each 100 ms. The access link is down when one of them is sent.
  // Its successor's acknowledgement comes after 100 and 200 ms and the segments' time. It is for less than
  // three segments: a quarter of a round trip, 50 ms, is waited; only then the lost one goes again, and both
  // messages are there 100 ms later. Without a successor it would take a probe, after 400 ms.
  Scenario scenario = behind_slow_uplink();
  scenario.network.uplink.latency_s = 0.1;
  scenario.devices[0].arrivals.rate_per_s = 10;
  scenario.duration_s = 5;
  const ProbeProfile probe({false}, 500);
  const Replication calm = simulate_apart(scenario, probe.profile());
  const RequestRecord& met = calm.requests.at(20);
  scenario.outages = {scheduled(What::access, met.tiers[0].encoded_s - 0.01, 0.02)};
  scenario.outages[0].device = met.device;
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(upload_s(run.requests.at(20)) == Approx(upload_s(met) + 0.1 + 0.2 + 0.05).margin(2e-3));
  CHECK(run.requests.at(21).tiers[1].received_s ==
        Approx(run.requests.at(20).tiers[1].received_s).margin(1e-9));
  CHECK(upload_s(run.requests.at(30)) == Approx(upload_s(met)).margin(1e-9));
}

TEST_CASE("a transfer that is begun during an outage waits for its own tries") {
  // The frame comes 1 s into an outage of 1.5 s: the try after 0.2015 s fails, the one after 0.6045 s does
  // not.
  Scenario scenario = lone_sender();
  const Replication before = simulate_apart(scenario, big().profile());
  const double begins_s = before.requests.at(1).tiers[0].encoded_s;
  scenario.outages = {scheduled(What::uplink, begins_s - 1, 1.5)};
  const Replication run = simulate_apart(scenario, big().profile());
  CHECK(upload_s(run.requests.at(1)) == Approx(upload_s(before.requests.at(1)) + kTry2S).margin(2e-6));
}

TEST_CASE("an outage within an outage changes nothing until the last one ends") {
  Scenario scenario = lone_sender();
  const double begins_s = simulate_apart(scenario, big().profile()).requests.at(0).tiers[0].encoded_s;
  scenario.outages = {scheduled(What::uplink, begins_s + 0.3, 1)};
  const double one = upload_s(simulate_apart(scenario, big().profile()).requests.at(0));
  scenario.outages.push_back(scheduled(What::access, begins_s + 0.5, 0.3));
  scenario.outages.push_back(scheduled(What::uplink, begins_s + 0.4, 0.9));
  const Replication run = simulate_apart(scenario, big().profile());
  CHECK(upload_s(run.requests.at(0)) == Approx(one).epsilon(1e-9));
  CHECK(metric_of(run.result, "availability.uplink") == Approx(1 - 1.0 / 100));
  CHECK(metric_of(run.result, "availability.access") == Approx(1 - 0.3 / 100));
}

TEST_CASE("an outage of one gateway leaves the devices of the others alone") {
  Scenario scenario = probe_scenario(4, 2);
  scenario.network.gateways = 2;
  scenario.network.uplink = {1e6, 0.005, 150e3};
  const ProbeProfile probe({false}, 30'000);
  const Replication calm = simulate_apart(scenario, probe.profile());
  scenario.outages = {scheduled(What::uplink, 20, 5)};
  scenario.outages[0].gateway = 1;
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == calm.requests.size());
  bool delayed = false;
  for (std::size_t i = 0; i < run.requests.size(); ++i) {
    const RequestRecord& a = calm.requests[i];
    const RequestRecord& b = run.requests[i];
    if (a.outcome != Outcome::completed || b.outcome != Outcome::completed) continue;
    if (a.device % 2 == 0)
      CHECK(a.answered_s == Approx(b.answered_s).epsilon(1e-9));
    else
      delayed = delayed || b.answered_s > a.answered_s + 1;
  }
  CHECK(delayed);
}

TEST_CASE("no byte crosses a link that is down and none is lost or counted twice") {
  Scenario scenario = probe_scenario(20, 2);
  scenario.network.uplink = {1e6, 0.005, 150e3};
  scenario.network.access["wire"] = {5e5, 5e5, 0.001};
  scenario.outages = {scheduled(What::uplink, 40, 10), at_random(What::access, 20, 1)};
  const ProbeProfile probe({false}, 3000);  // 3024 B in three segments: 3180 B on the wire
  const Replication run = simulate_apart(scenario, probe.profile());
  const std::vector<double>& windows = run.result.window_bytes;
  for (std::size_t second = 40; second < 50; ++second) CHECK(windows[second] == 0);
  const double carried = std::accumulate(windows.begin(), windows.end(), 0.0);
  const double arrived = metric_of(run.result, "uplink.wire_bytes");
  CHECK(carried >= arrived * (1 - 1e-9));
  CHECK(carried <= arrived + 20 * 3180);  // and what was on its way at the horizon: a message a device
  CHECK(metric_of(run.result, "requests.lost") == 0);
  CHECK(metric_of(run.result, "availability.uplink") == Approx(0.9));
  check_accounts(run);
}

TEST_CASE("random outages leave things up for mtbf of mtbf and mttr") {
  // Up times of mean 100 s and down times of mean 25 s: availability 0.8. The share of time up of one such
  // process over T has variance 2 p (1 - p) tau / T with tau = 1 / (1/100 + 1/25) = 20 s: 0.0064 for 1000 s,
  // so that 300 independent links have a standard deviation of 0.0046. Four of them: once in 16,000 seeds.
  Scenario scenario = probe_scenario(300, 0.01);
  scenario.duration_s = 1000;
  scenario.outages = {at_random(What::access, 100, 25)};
  const ProbeProfile probe({false}, 100);
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(std::abs(metric_of(run.result, "availability.access") - 0.8) < 4 * std::sqrt(0.0064 / 300));
  CHECK(std::isnan(metric_of(run.result, "availability.uplink")));
  check_accounts(run);
}

TEST_CASE("outages leave arrivals and images alone and differ between replications") {
  Scenario scenario = probe_scenario(5, 2);
  const ProbeProfile probe({false, true}, 1000);
  const Replication calm = simulate_apart(scenario, probe.profile());
  scenario.outages = {at_random(What::uplink, 10, 2)};
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == calm.requests.size());
  for (std::size_t i = 0; i < run.requests.size(); ++i) {
    CHECK(run.requests[i].arrival_s == calm.requests[i].arrival_s);
    CHECK(run.requests[i].image == calm.requests[i].image);
  }
  const auto availability = [&](std::uint64_t replication) {
    return metric_of(simulate_apart(scenario, probe.profile(), replication).result, "availability.uplink");
  };
  CHECK(availability(1) == availability(1));
  CHECK(availability(1) != availability(2));
}
