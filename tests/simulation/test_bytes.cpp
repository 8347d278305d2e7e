#include <cmath>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

bool arrived(const RequestRecord& request) { return !std::isnan(request.tiers[1].received_s); }

/// 5 devices whose messages of 14 segments take 0.9 of an uplink of 2.5 MB/s.
Scenario busy_scenario() {
  Scenario scenario = probe_scenario(5, 22);
  scenario.network.uplink = {2.5e6, 0.010, 150e3};
  return scenario;
}

const ProbeProfile kProbe({false}, 20'000);

/// Of each message that arrived: sent = its size + lost. Of the others: no more is under way than its size.
/// And their sums.
void check_conserved(const Replication& run) {
  double sent = 0, received = 0, lost = 0, under_way = 0;
  std::size_t broken = 0;
  for (const RequestRecord& request : run.requests) {
    sent += request.sent_bytes;
    lost += request.lost_bytes;
    if (arrived(request)) {
      received += request.wire_bytes;
      broken += request.sent_bytes == request.wire_bytes + request.lost_bytes ? 0 : 1;
    } else {
      under_way += static_cast<double>(request.sent_bytes) - request.lost_bytes;
      broken += request.sent_bytes >= request.lost_bytes &&
                        request.sent_bytes - request.lost_bytes <= request.wire_bytes
                    ? 0
                    : 1;
    }
  }
  CHECK(broken == 0);
  CHECK(sent == received + lost + under_way);
  for (const char* link : {"access", "uplink"}) {
    const auto figure = [&](const char* name) {
      return metric_of(run.result, std::string(link) + "." + name);
    };
    CHECK(figure("sent_bytes") == sent);
    CHECK(figure("wire_bytes") == received);
    CHECK(figure("lost_bytes") == lost);
    CHECK(figure("under_way_bytes") == under_way);
  }
}

OutageSpec outage(OutageSpec::What what, double from_s, double for_s) {
  OutageSpec made;
  made.what = what;
  made.from_s = from_s;
  made.for_s = for_s;
  return made;
}

}  // namespace

TEST_CASE("where nothing gets lost what was sent has arrived or is under way") {
  Scenario scenario = busy_scenario();
  scenario.network.uplink.buffer_bytes = 1e9;
  const Replication run = simulate_apart(scenario, kProbe.profile());
  check_conserved(run);
  CHECK(metric_of(run.result, "uplink.lost_bytes") == 0);
}

TEST_CASE("a lossy link loses its share of the bytes sent") {
  // Each segment alone with 2 %: of n of them within 4 sqrt(0.02 * 0.98 / n).
  for (const bool on_access : {false, true}) {
    Scenario scenario = busy_scenario();
    (on_access ? scenario.network.access["wire"].loss : scenario.network.uplink.loss) = 0.02;
    if (on_access) scenario.network.access["wire"].up_bytes_per_s = 2e6;
    const Replication run = simulate_apart(scenario, kProbe.profile());
    check_conserved(run);
    const double sent = metric_of(run.result, "uplink.sent_bytes");
    const double share = metric_of(run.result, "uplink.lost_bytes") / sent;
    CHECK(std::abs(share - 0.02) < 4 * std::sqrt(0.02 * 0.98 / (sent / 1500)));
  }
}

TEST_CASE("what a small buffer has no room for is lost and sent again") {
  Scenario scenario = busy_scenario();
  scenario.network.uplink.buffer_bytes = 15e3;
  const Replication run = simulate_apart(scenario, kProbe.profile());
  check_conserved(run);
  CHECK(metric_of(run.result, "uplink.lost_bytes") > 0);
}

TEST_CASE("outages and crashes lose bytes and none is counted twice") {
  for (const OutageSpec::What what :
       {OutageSpec::What::uplink, OutageSpec::What::access, OutageSpec::What::device}) {
    Scenario scenario = busy_scenario();
    scenario.network.uplink.loss = 0.01;
    for (int i = 0; i < 9; ++i) scenario.outages.push_back(outage(what, 10.01 * (i + 1), 0.5));
    const Replication run = simulate_apart(scenario, kProbe.profile());
    check_conserved(run);
  }
}

TEST_CASE("of a message that a crash cut off everything sent is lost") {
  // 1.2 MB at 1 MB/s, cut off after half a second: what had been sent by then will not arrive.
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.duration_s = 20;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {1e6, 1e6, 0};
  const ProbeProfile probe({false}, 1'200'000);
  const double first_s = simulate_apart(scenario, probe.profile()).requests.at(0).arrival_s;
  scenario.outages = {outage(OutageSpec::What::device, first_s + 0.5, 0.1)};
  const Replication run = simulate_apart(scenario, probe.profile());
  check_conserved(run);
  REQUIRE(run.requests.at(0).outcome == Outcome::lost);
  CHECK(run.requests.at(0).lost_bytes == run.requests.at(0).sent_bytes);
  CHECK(run.requests.at(0).sent_bytes > 0);
}
