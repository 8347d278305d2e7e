#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

OutageSpec crash(double from_s, double for_s, std::optional<std::size_t> device = {}) {
  OutageSpec outage;
  outage.what = OutageSpec::What::device;
  outage.device = device;
  outage.from_s = from_s;
  outage.for_s = for_s;
  return outage;
}

void check_accounts(const Replication& run) {
  std::map<Outcome, double> outcomes;
  for (const RequestRecord& request : run.requests) ++outcomes[request.outcome];
  const ReplicationResult& r = run.result;
  CHECK(metric_of(r, "requests.offered") == static_cast<double>(run.requests.size()));
  CHECK(metric_of(r, "requests.completed") == outcomes[Outcome::completed]);
  CHECK(metric_of(r, "requests.fallen_back") == outcomes[Outcome::fallen_back]);
  CHECK(metric_of(r, "requests.dropped") == outcomes[Outcome::dropped]);
  CHECK(metric_of(r, "requests.lost") == outcomes[Outcome::lost]);
  CHECK(metric_of(r, "requests.in_flight") == outcomes[Outcome::in_flight]);
}

double upload_s(const RequestRecord& request) {
  return request.tiers[1].received_s - request.tiers[0].encoded_s;
}

}  // namespace

TEST_CASE("frames that arrive while their device is down are offered and lost") {
  // One frame a second for 100 s, quickly done; down for 10 s that begin between two frames: 10 are lost.
  Scenario scenario = probe_scenario(1, 1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  const ProbeProfile probe({false}, 100);
  const double first_s = simulate_apart(scenario, probe.profile()).requests.at(0).arrival_s;
  scenario.outages = {crash(first_s + 29.5, 10)};
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(metric_of(run.result, "requests.lost") == 10);
  CHECK(metric_of(run.result, "requests.completed") == metric_of(run.result, "requests.offered") - 10);
  CHECK(metric_of(run.result, "availability.device") == Approx(0.9));
  for (const RequestRecord& request : run.requests) {
    const bool down = request.arrival_s > first_s + 29.5 && request.arrival_s < first_s + 39.5;
    CHECK((request.outcome == Outcome::lost) == down);
    if (down) CHECK(request.exit == -1);
  }
  check_accounts(run);
}

TEST_CASE("a crash takes the frame in work and those that wait and the device begins anew") {
  // Frames every 10 s, 12 s of work each: frame k starts at first + 12 k. A crash 25 s after the first frame
  // (third frame: in work since 24 s) for 1 s: frame 2 is lost; frames 0 and 1 were answered at 12 and 24 s.
  // Frame 3 arrives at 30 s and is worked on at once. Busy: 25 s before the crash.
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.duration_s = 40;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].type.flops_per_s = 1;
  scenario.devices[0].type.idle_w = 2;
  scenario.devices[0].type.busy_w = 5;
  scenario.devices[0].policy.rule = "never";
  scenario.devices[0].offload.reset();
  const ProbeProfile probe({true}, 100);
  ExitProfile profile = probe.profile();
  profile.exits[0].backbone.flops = 5;
  profile.exits[1].backbone.flops = 7;
  const double first_s = simulate_apart(scenario, profile).requests.at(0).arrival_s;
  REQUIRE(first_s < 10);
  scenario.outages = {crash(first_s + 25, 1)};
  const Replication run = simulate_apart(scenario, profile);
  REQUIRE(run.requests.size() == 4);
  CHECK(run.requests[0].outcome == Outcome::completed);
  CHECK(run.requests[1].answered_s == Approx(first_s + 24));
  CHECK(run.requests[2].outcome == Outcome::lost);
  CHECK(run.requests[3].tiers[0].started_s == Approx(first_s + 30));
  // Up and idle or busy for 39 of the 40 s; busy for 25 s, and from frame 3 on.
  const double busy_s = 25 + std::min(12.0, 40 - (first_s + 30));
  CHECK(metric_of(run.result, "energy_j.edge") == Approx(2 * 39 + 3 * busy_s));
  check_accounts(run);
}

TEST_CASE("a crash ends the transfers of its device and leaves the link to the others") {
  // Two uploads of 1 MB/s at most share an uplink of 1.5 MB/s. From the crash of device 1 on, device 0 has
  // all that it can use.
  Scenario scenario = probe_scenario(2, 0.1);
  scenario.duration_s = 40;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {1e6, 1e6, 0};
  scenario.network.uplink = {1.5e6, 0, 150e3};
  const ProbeProfile probe({false}, 12'000'000);
  const Replication calm = simulate_apart(scenario, probe.profile());
  const auto of_device = [](const Replication& run, std::uint32_t device) {
    return *std::find_if(run.requests.begin(), run.requests.end(),
                         [&](const RequestRecord& r) { return r.device == device; });
  };
  const double a_s = of_device(calm, 0).tiers[0].encoded_s;
  const double b_s = of_device(calm, 1).tiers[0].encoded_s;
  const double crash_s = std::max(a_s, b_s) + 2;
  scenario.outages = {crash(crash_s, 40, 1)};
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(of_device(run, 1).outcome == Outcome::lost);
  const double alone = a_s < b_s ? (b_s - a_s) * 1e6 : 0;
  const double shared = 2 * 0.75e6;
  // The uplink sends a packet on when it has it as a whole. The last one comes last / 1 MB/s after a full
  // one, which takes 1 ms on the uplink, and waits for it.
  const std::uint32_t last_packet = (of_device(run, 0).wire_bytes - 1) % 1500 + 1;
  REQUIRE(last_packet == 500);
  const double ends_s =
      crash_s + (of_device(run, 0).wire_bytes - alone - shared) / 1e6 + 0.0005 + 500 / 1.5e6;
  CHECK(of_device(run, 0).tiers[1].received_s == Approx(ends_s).epsilon(1e-6));
  // What the uplink carried: device 0 all the time from a on, device 1 from b until it crashed.
  const double of_one = (b_s < a_s ? (a_s - b_s) * 1e6 : 0) + shared;
  const double of_zero = alone + shared + (40 - crash_s) * 1e6;
  const double carried = std::accumulate(run.result.window_bytes.begin(), run.result.window_bytes.end(), 0.0);
  CHECK(carried == Approx(of_zero + of_one).epsilon(1e-4));
  check_accounts(run);
}

TEST_CASE("after a crash the connection is new") {
  Scenario scenario = probe_scenario(1, 2);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {2.5e6, 2.5e6, 0};
  scenario.network.uplink = {2.5e6, 0.010, 150e3};
  scenario.network.connection.handshake_round_trips = 1;
  const ProbeProfile probe({false}, 20'000);
  const double first_s = simulate_apart(scenario, probe.profile()).requests.at(0).arrival_s;
  scenario.outages = {crash(first_s + 10.3, 0.1)};  // between two frames, shorter than the idle timeout
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(metric_of(run.result, "requests.lost") == 0);
  const double new_s = upload_s(run.requests.at(0));
  const double warm_s = upload_s(run.requests.at(20));
  REQUIRE(warm_s < new_s - 0.02);
  CHECK(upload_s(run.requests.at(21)) == Approx(new_s).epsilon(1e-9));
  CHECK(upload_s(run.requests.at(25)) == Approx(warm_s).epsilon(1e-9));
}

TEST_CASE("a request whose device crashes while the cloud works on it is lost") {
  // 5 s of work in the cloud; the device is down for a moment meanwhile.
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.cloud.type.flops_per_s = 1;
  const ProbeProfile probe({false}, 100);
  ExitProfile profile = probe.profile();
  profile.exits[1].backbone.flops = 5;
  const double first_s = simulate_apart(scenario, profile).requests.at(0).arrival_s;
  scenario.outages = {crash(first_s + 12, 0.5)};
  const Replication run = simulate_apart(scenario, profile);
  CHECK(metric_of(run.result, "requests.lost") == 1);
  CHECK(run.requests.at(1).outcome == Outcome::lost);
  CHECK(!std::isnan(run.requests.at(1).tiers[1].computed_s));  // the cloud knew nothing of it
  check_accounts(run);
}

TEST_CASE("accounts close when devices and links come and go at random") {
  for (const bool reuse : {true, false}) {
    Scenario scenario = probe_scenario(40, 3);
    scenario.devices[0].queue_limit = 8;
    scenario.network.gateways = 2;
    scenario.network.uplink = {2e5, 0.005, 150e3};  // nearly all of it is needed
    scenario.network.connection.reuse = reuse;
    scenario.network.connection.handshake_round_trips = 1;
    OutageSpec random;
    random.mtbf_s = 20;
    random.mttr_s = 2;
    for (const auto what : {OutageSpec::What::uplink, OutageSpec::What::access, OutageSpec::What::device}) {
      random.what = what;
      scenario.outages.push_back(random);
    }
    const ProbeProfile probe({false, true, false}, 3000);
    const Replication run = simulate_apart(scenario, probe.profile());
    check_accounts(run);
    CHECK(metric_of(run.result, "requests.lost") > 100);
    CHECK(metric_of(run.result, "requests.completed") > 1000);
    for (const RequestRecord& request : run.requests) {
      if (request.outcome == Outcome::completed) CHECK(request.answered_s >= request.arrival_s);
      if (request.outcome == Outcome::lost) CHECK(std::isnan(request.answered_s));
    }
    // Of 40 devices that are up for 20 s and down for 2 s on average: 10/11, with the standard deviation of
    // test_outages: 2 p (1 - p) tau / T = 0.003, over 40 devices 0.0087.
    CHECK(std::abs(metric_of(run.result, "availability.device") - 10.0 / 11) < 4 * 0.0087);
  }
}

TEST_CASE("crashes leave the frames and images of all devices alone") {
  Scenario scenario = probe_scenario(5, 2);
  const ProbeProfile probe({false, true}, 1000);
  const Replication calm = simulate_apart(scenario, probe.profile());
  scenario.outages = {crash(20, 30, 2)};
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == calm.requests.size());
  for (std::size_t i = 0; i < run.requests.size(); ++i) {
    CHECK(run.requests[i].arrival_s == calm.requests[i].arrival_s);
    CHECK(run.requests[i].image == calm.requests[i].image);
    if (run.requests[i].device != 2) CHECK(run.requests[i].outcome != Outcome::lost);
  }
}
