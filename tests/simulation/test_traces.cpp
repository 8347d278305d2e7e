#include <fmt/format.h>

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

constexpr double kGrainMs = 20;

/// Bytes that a looped trace lets through up to a moment of its endless time: counted at whole grains, a
/// straight line between. Written from the definition, apart from sim/platform.
double bytes_until(const DeliveryTrace& trace, double trace_ms) {
  const double period_ms = trace.period_ms();
  const double loops = std::floor(trace_ms / period_ms);
  const double within_ms = trace_ms - loops * period_ms;
  const auto counted = [&](double until_ms) {  // opportunities in [0, until]
    return 1500 * static_cast<double>(std::upper_bound(trace.opportunities_ms.begin(),
                                                       trace.opportunities_ms.end(), until_ms) -
                                      trace.opportunities_ms.begin());
  };
  const double from_ms = std::floor(within_ms / kGrainMs) * kGrainMs;
  const double to_ms = std::min(from_ms + kGrainMs, period_ms);
  const double before = from_ms == 0 ? 0 : counted(from_ms);
  return loops * 1500 * static_cast<double>(trace.opportunities_ms.size()) + before +
         (counted(to_ms) - before) * (within_ms - from_ms) / (to_ms - from_ms);
}

/// The moment of the trace at which a device, or a cell, begins, by its named stream.
double offset_ms(const Scenario& scenario, std::uint64_t owner, const char* purpose, double period_ms) {
  RandomEngine random = random_stream(scenario.seed, 0, owner, purpose);
  return std::floor(boost::random::uniform_01<double>()(random) * period_ms);
}

/// Uneven: nothing for 300 ms, then two packets each 3 ms, then one each 7 ms; 1003 ms long.
DeliveryTrace uneven_trace() {
  DeliveryTrace trace;
  trace.file = "uneven";
  for (std::uint32_t at = 300; at < 600; at += 3)
    trace.opportunities_ms.insert(trace.opportunities_ms.end(), 2, at);
  for (std::uint32_t at = 600; at <= 1003; at += 7) trace.opportunities_ms.push_back(at);
  trace.opportunities_ms.push_back(1003);
  return trace;
}

Scenario over_trace(const DeliveryTrace& trace, std::size_t devices) {
  Scenario scenario = probe_scenario(devices, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {trace.mean_bytes_per_s(), 1e9, 0, trace};
  scenario.network.uplink.bytes_per_s = kEndlessBytesPerS;
  return scenario;
}

double carried_bytes(const Replication& run) {
  return std::accumulate(run.result.window_bytes.begin(), run.result.window_bytes.end(), 0.0);
}

}  // namespace

TEST_CASE("a lone transfer over a trace ends when the trace has let its bytes through") {
  // The bytes between its first and its last moment, C(last) - C(first), are those of the transfer.
  const DeliveryTrace trace = uneven_trace();
  for (const std::uint32_t payload : {100U, 30'000U, 700'000U}) {
    const Scenario scenario = over_trace(trace, 3);
    const ProbeProfile probe({false}, payload);
    const Replication run = simulate_apart(scenario, probe.profile());
    std::size_t checked = 0;
    for (const RequestRecord& request : run.requests) {
      if (request.outcome != Outcome::completed) continue;
      const double offset = offset_ms(scenario, request.device, "trace offset", trace.period_ms());
      const double first = bytes_until(trace, 1e3 * request.tiers[0].encoded_s + offset);
      const double last = bytes_until(trace, 1e3 * request.tiers[1].received_s + offset);
      CHECK(last - first == Approx(request.wire_bytes).epsilon(1e-6).margin(0.01));
      ++checked;
    }
    CHECK(checked >= 27);
  }
}

TEST_CASE("a link that is never idle carries exactly what its trace lets through") {
  // One transfer that does not end: the bytes of 100 s are C(100 s) - C(first byte).
  const DeliveryTrace trace = uneven_trace();
  const Scenario scenario = over_trace(trace, 1);
  const ProbeProfile probe({false}, 1'000'000'000);
  const Replication run = simulate_apart(scenario, probe.profile());
  const double offset = offset_ms(scenario, 0, "trace offset", trace.period_ms());
  const double began_ms = 1e3 * run.requests.at(0).tiers[0].encoded_s;
  const double expected = bytes_until(trace, 100e3 + offset) - bytes_until(trace, began_ms + offset);
  CHECK(carried_bytes(run) == Approx(expected).epsilon(1e-9));
}

TEST_CASE("devices with traces of their own begin at different moments") {
  const DeliveryTrace trace = uneven_trace();
  const Scenario scenario = over_trace(trace, 2);
  CHECK(offset_ms(scenario, 0, "trace offset", 1003) != offset_ms(scenario, 1, "trace offset", 1003));
}

TEST_CASE("a trace limits answers on their way down as well") {
  // The answer, 276 B on the wire, ends when the down trace has let 276 B through since it was sent.
  const DeliveryTrace trace = uneven_trace();
  Scenario scenario = probe_scenario(1, 0.1);
  scenario.network.access["wire"] = {1e9, trace.mean_bytes_per_s(), 0, {}, trace};
  scenario.network.uplink.bytes_per_s = kEndlessBytesPerS;
  const ProbeProfile probe({false}, 1000);
  const Replication run = simulate_apart(scenario, probe.profile());
  const double offset = offset_ms(scenario, 0, "trace offset", trace.period_ms());
  REQUIRE(!run.requests.empty());
  for (const RequestRecord& request : run.requests) {
    const double first = bytes_until(trace, 1e3 * request.tiers[1].computed_s + offset);
    const double last = bytes_until(trace, 1e3 * request.answered_s + offset);
    CHECK(last - first == Approx(276).epsilon(1e-4));
  }
}

TEST_CASE("the devices of a cell share one trace and share it equally") {
  // Two endless transfers in one cell: together they carry what the trace lets through, from the first's
  // first byte on; while both are there, each gets half (max-min).
  const DeliveryTrace trace = uneven_trace();
  Scenario scenario = over_trace(trace, 2);
  scenario.network.access["wire"].shared = true;
  const double offset = offset_ms(scenario, 0, "trace offset of a cell of wire", trace.period_ms());
  const auto through = [&](double from_s, double to_s) {
    return bytes_until(trace, 1e3 * to_s + offset) - bytes_until(trace, 1e3 * from_s + offset);
  };
  const ProbeProfile endless({false}, 1'000'000'000);
  const Replication run = simulate_apart(scenario, endless.profile());
  const double first_s = run.requests.at(0).tiers[0].encoded_s;
  CHECK(carried_bytes(run) == Approx(through(first_s, 100)).epsilon(1e-9));

  // With 1 MB each: the later one gets half of what passes until the earlier one ends.
  const ProbeProfile big({false}, 1'000'000);
  const Replication two = simulate_apart(scenario, big.profile());
  const RequestRecord& a = two.requests.at(0);
  const RequestRecord& b = two.requests.at(1);
  REQUIRE(b.tiers[0].encoded_s < a.tiers[1].received_s);  // they do meet
  const double alone = through(a.tiers[0].encoded_s, b.tiers[0].encoded_s);
  const double together = through(b.tiers[0].encoded_s, a.tiers[1].received_s);
  CHECK(alone + together / 2 == Approx(a.wire_bytes).epsilon(1e-6));
}

TEST_CASE("a cell of constant rate is one link for its devices") {
  // Flow conservation: 3 devices keep a cell of 10 kB/s busy from the first byte on, behind a fast uplink.
  Scenario scenario = probe_scenario(3, 0.1);
  scenario.network.access["wire"] = {1e4, 1e9, 0};
  scenario.network.access["wire"].shared = true;
  const ProbeProfile probe({false}, 1'000'000);
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(carried_bytes(run) == Approx((100 - run.requests.at(0).tiers[0].encoded_s) * 1e4).epsilon(1e-9));
}

TEST_CASE("a measured LTE uplink carries what was measured") {
  const char* data = std::getenv("OFFRAMP_DATA");
  const fs::path packed =
      data == nullptr ? fs::path() : fs::path(data) / "networks" / "Verizon-LTE-short.up.xz";
  if (!fs::exists(packed)) {
    WARN("skipped: needs $OFFRAMP_DATA/networks/Verizon-LTE-short.up.xz");
    return;
  }
  const fs::path file = fs::temp_directory_path() / fmt::format("offramp-trace-{}", std::rand());
  REQUIRE(std::system(fmt::format("xz -dc '{}' > '{}'", packed.string(), file.string()).c_str()) == 0);
  const DeliveryTrace trace = read_delivery_trace(file);
  fs::remove(file);
  Scenario scenario = over_trace(trace, 1);
  scenario.duration_s = 150;  // more than one loop
  const ProbeProfile probe({false}, 1'000'000'000);
  const Replication run = simulate_apart(scenario, probe.profile());
  const double offset = offset_ms(scenario, 0, "trace offset", trace.period_ms());
  const double began_ms = 1e3 * run.requests.at(0).tiers[0].encoded_s;
  const double expected = bytes_until(trace, 150e3 + offset) - bytes_until(trace, began_ms + offset);
  CHECK(carried_bytes(run) == Approx(expected).epsilon(1e-9));
}
