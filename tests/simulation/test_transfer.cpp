#include <cmath>

#include "sim/platform/message_size.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// One device that sends one image of `bytes` every 10 s, so that no request meets another.
Scenario lone_sender(double bytes_per_s, double latency_s) {
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {kEndlessBytesPerS, kEndlessBytesPerS, 0};
  scenario.network.uplink = {bytes_per_s, latency_s, 150e3};
  return scenario;
}

double upload_s(const RequestRecord& request) {
  return request.tiers[1].received_s - request.tiers[0].encoded_s;
}

}  // namespace

TEST_CASE("a warm transfer takes bytes over bandwidth plus latency") {
  // 20 Mbit/s = 2.5e6 B/s, 10 ms one way. A payload of 1976 B makes a message of 1976 + 24 = 2000 B in two
  // segments: 2000 + 2*52 = 2104 B on the wire. 2104 / 2.5e6 s + 10 ms = 10.8416 ms. Two segments never
  // stall in slow start, so that idle time between requests changes nothing.
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(lone_sender(2.5e6, 0.010), probe.profile());
  REQUIRE(run.requests.size() == 10);
  for (const RequestRecord& request : run.requests)
    CHECK(upload_s(request) == Approx(0.0108416).epsilon(1e-9));
}

TEST_CASE("the answer comes back over the same path") {
  // 200 B of answer: 224 B message, one segment, 276 B on the wire: 276 / 2.5e6 s + 10 ms = 10.1104 ms.
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(lone_sender(2.5e6, 0.010), probe.profile());
  REQUIRE(!run.requests.empty());
  const RequestRecord& request = run.requests.front();
  CHECK(request.answered_s - request.tiers[1].computed_s == Approx(0.0101104).epsilon(1e-9));
}

TEST_CASE("a new connection pays its handshake and slow start once, an idle one slow start alone") {
  // 20 kB = 14 segments at s = 1500/2.5e6 = 0.6 ms, round trip 20 ms: the first window of 10 takes 6 ms of
  // the 20.6 ms until its first acknowledgement, so 14.6 ms are lost; then 4 segments are left and fit.
  // Handshake: one round trip, 20 ms, and 172 B, 0.0688 ms. Bytes: 20000 + 24 -> 20024 + 14*52 = 20752 B
  // -> 8.3008 ms. Latency: 10 ms. New: 20 + 0.0688 + 14.6 + 8.3008 + 10 = 52.9696 ms (measured on a real
  // path: 53.46); idle: 32.9008 ms (33.76).
  Scenario scenario = lone_sender(2.5e6, 0.010);
  scenario.network.connection.handshake_round_trips = 1;
  const ProbeProfile probe({false}, 20000);
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == 10);
  CHECK(upload_s(run.requests[0]) == Approx(0.0529696).epsilon(1e-9));
  CHECK(upload_s(run.requests[1]) == Approx(0.0329008).epsilon(1e-9));
}

TEST_CASE("a connection in use needs neither handshake nor slow start") {
  // As above, but a frame every 0.5 s with an idle timeout of 1 s: 8.3008 + 10 ms.
  Scenario scenario = lone_sender(2.5e6, 0.010);
  scenario.devices[0].arrivals.rate_per_s = 2;
  scenario.network.connection.handshake_round_trips = 1;
  const ProbeProfile probe({false}, 20000);
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == 200);
  CHECK(upload_s(run.requests[0]) == Approx(0.0529696).epsilon(1e-9));
  CHECK(upload_s(run.requests[1]) == Approx(0.0183008).epsilon(1e-9));
}

TEST_CASE("without reuse every request opens a connection of its own") {
  Scenario scenario = lone_sender(2.5e6, 0.010);
  scenario.devices[0].arrivals.rate_per_s = 2;
  scenario.network.connection.handshake_round_trips = 1;
  scenario.network.connection.reuse = false;
  const ProbeProfile probe({false}, 20000);
  const Replication run = simulate_apart(scenario, probe.profile());
  for (const RequestRecord& request : run.requests)
    if (request.outcome == Outcome::completed) CHECK(upload_s(request) == Approx(0.0529696).epsilon(1e-9));
}

TEST_CASE("a slow access link limits its device though the uplink is fast") {
  // Access 1 MB/s, uplink 10 MB/s: 2104 B take 2.104 ms, plus 1 ms and 4 ms of latency. The uplink sends a
  // packet on when it has it as a whole: the last one, of 604 B, 0.0604 ms.
  Scenario scenario = lone_sender(1e7, 0.004);
  scenario.network.access["wire"] = {1e6, 1e6, 0.001};
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(upload_s(run.requests.at(0)) == Approx(0.0071644).epsilon(1e-9));
}

TEST_CASE("a fast access link holds a message up for its first packet") {
  // Access 10 MB/s, uplink 1 MB/s: the uplink is busy from when it has the first of two packets, 1500 B and
  // 0.15 ms, until 2104 B have left. The answer, 276 B, comes over the uplink first: 0.276 ms, then 0.0276.
  Scenario scenario = lone_sender(1e6, 0.004);
  scenario.network.access["wire"] = {1e7, 1e7, 0.001};
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(scenario, probe.profile());
  const RequestRecord& request = run.requests.at(0);
  CHECK(upload_s(request) == Approx(0.00015 + 0.002104 + 0.005).epsilon(1e-9));
  CHECK(request.answered_s - request.tiers[1].computed_s ==
        Approx(0.000276 + 0.0000276 + 0.005).epsilon(1e-9));
}

TEST_CASE("two transfers share the uplink fairly") {
  // Flow conservation. Two devices offer 2 * 0.1/s * 1.036 MB = 207 kB/s to an uplink of 100 kB/s that either
  // could fill alone: from the first byte on it carries its capacity, whoever sends.
  Scenario scenario = probe_scenario(2, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {1e6, 1e6, 0};
  scenario.network.uplink = {1e5, 0, 150e3};
  const ProbeProfile probe({false}, 1'000'000);
  const Replication run = simulate_apart(scenario, probe.profile());
  double carried = 0;
  for (const double bytes : run.result.window_bytes) carried += bytes;
  const double first_byte_s = run.requests.at(0).tiers[0].encoded_s;
  CHECK(carried == Approx((100 - first_byte_s) * 1e5).epsilon(1e-6));
}

TEST_CASE("the bytes on the uplink are the sum over its requests") {
  Scenario scenario = probe_scenario(20, 2);
  scenario.network.uplink = {1e6, 0.005, 150e3};
  scenario.network.access["wire"] = {5e5, 5e5, 0.001};
  const ProbeProfile probe({false}, 3000);
  const Replication run = simulate_apart(scenario, probe.profile());
  double payload = 0;
  double message = 0;
  double wire = 0;
  for (const RequestRecord& request : run.requests) {
    if (std::isnan(request.tiers[1].received_s)) continue;  // still on its way at the horizon
    payload += request.payload_bytes;
    message += request.message_bytes;
    wire += request.wire_bytes;
    CHECK(request.message_bytes == request.payload_bytes + kFrameBytes);
    CHECK(request.wire_bytes == request.message_bytes + 52 * 3);  // 3024 B in three segments
  }
  CHECK(metric_of(run.result, "uplink.payload_bytes") == payload);
  CHECK(metric_of(run.result, "uplink.message_bytes") == message);
  CHECK(metric_of(run.result, "uplink.wire_bytes") == wire);
  double windows = 0;
  for (const double bytes : run.result.window_bytes) windows += bytes;
  // The windows also hold the part that unfinished transfers had sent: at most one message a device.
  CHECK(windows >= wire * (1 - 1e-9));
  CHECK(windows <= wire + 20 * 3180);
}
