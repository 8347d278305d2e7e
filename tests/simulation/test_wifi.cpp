#include <algorithm>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/simulation/flow_run.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

constexpr double kFast = 54e6 / 8;  // B/s
constexpr double kSlow = 6e6 / 8;

Scenario with_stations(std::vector<double> rates, std::size_t devices) {
  Scenario scenario = probe_scenario(devices, 0.1);
  AccessSpec wifi;
  wifi.station_bytes_per_s = std::move(rates);
  wifi.up_bytes_per_s = wifi.down_bytes_per_s =
      *std::max_element(wifi.station_bytes_per_s.begin(), wifi.station_bytes_per_s.end());
  scenario.network.access["wire"] = wifi;
  scenario.network.uplink.bytes_per_s = kEndlessBytesPerS;
  return scenario;
}

std::vector<double> finished_s(const Scenario& scenario, const std::vector<PlainTransfer>& transfers) {
  return run_flows(scenario, transfers, 1000).finished_s;
}

}  // namespace

// Who has the air is decided frame by frame, each station as often as any other (802.11's DCF), so that all
// get the same throughput x and the air is shared as their rates need it: sum of x / r_i = 1 (Heusse et al.,
// INFOCOM 2003).

TEST_CASE("a lone station has its rate") {
  const Scenario scenario = with_stations({kFast, kSlow}, 2);
  CHECK(finished_s(scenario, {{0, 0, true, 6'750'000}})[0] == Approx(1));  // 54 Mbit
  CHECK(finished_s(scenario, {{0, 1, true, 6'750'000}})[0] == Approx(9));
}

TEST_CASE("a slow station takes its airtime from a fast one") {
  // 54 and 6 Mbit/s: x = 1 / (1/54 + 1/6) = 5.4 Mbit/s each, 10 and 90 % of the air. 5.4 Mbit = 675,000 B
  // each end after 1 s. With twice that for the slow one, it has the air alone for its second half: 5.4 / 6 =
  // 0.9 s more.
  const Scenario scenario = with_stations({kFast, kSlow}, 2);
  const auto equal = finished_s(scenario, {{0, 0, true, 675'000}, {0, 1, true, 675'000}});
  CHECK(equal[0] == Approx(1).epsilon(1e-9));
  CHECK(equal[1] == Approx(1).epsilon(1e-9));
  const auto unequal = finished_s(scenario, {{0, 0, true, 675'000}, {0, 1, true, 1'350'000}});
  CHECK(unequal[0] == Approx(1).epsilon(1e-9));
  CHECK(unequal[1] == Approx(1.9).epsilon(1e-9));
}

TEST_CASE("both directions share the air") {
  // Up for one station and down for another of the same rate: half of it each.
  const Scenario scenario = with_stations({kFast}, 2);
  const auto ends = finished_s(scenario, {{0, 0, true, 675'000}, {0, 1, false, 675'000}});
  CHECK(ends[0] == Approx(0.2).epsilon(1e-9));
  CHECK(ends[1] == Approx(0.2).epsilon(1e-9));
}

TEST_CASE("an uplink can limit what the air would carry") {
  // Two fast stations behind 6 Mbit/s: 3 Mbit/s each.
  Scenario scenario = with_stations({kFast}, 2);
  scenario.network.uplink.bytes_per_s = kSlow;
  const auto ends = finished_s(scenario, {{0, 0, true, 375'000}, {0, 1, true, 375'000}});
  CHECK(ends[0] == Approx(1).epsilon(1e-9));
  CHECK(ends[1] == Approx(1).epsilon(1e-9));
}

TEST_CASE("each gateway has an access point whose stations are dealt to the rates in turn") {
  // Gateway 0 has devices 0, 2, 4 at 54, 6, 54 Mbit/s, gateway 1 has 1, 3, 5 likewise; one does not hear the
  // other.
  Scenario scenario = with_stations({kFast, kSlow}, 6);
  scenario.network.gateways = 2;
  for (const std::uint32_t device : {0U, 1U, 4U, 5U})
    CHECK(finished_s(scenario, {{0, device, true, 6'750'000}})[0] == Approx(1));
  for (const std::uint32_t device : {2U, 3U})
    CHECK(finished_s(scenario, {{0, device, true, 6'750'000}})[0] == Approx(9));
  const auto apart = finished_s(scenario, {{0, 0, true, 6'750'000}, {0, 1, true, 6'750'000}});
  CHECK(apart[0] == Approx(1));
  CHECK(apart[1] == Approx(1));
}

TEST_CASE("requests travel over Wi-Fi and back") {
  // One station at 6 Mbit/s without latency: 1976 B of payload are 2104 B on the wire, 2.8053 ms; then 276 B
  // of answer, 0.368 ms.
  Scenario scenario = with_stations({kSlow}, 1);
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(!run.requests.empty());
  const RequestRecord& request = run.requests.front();
  CHECK(request.tiers[1].received_s - request.tiers[0].encoded_s == Approx(2104 / kSlow).epsilon(1e-9));
  CHECK(request.answered_s - request.tiers[1].computed_s == Approx(276 / kSlow).epsilon(1e-9));
}
