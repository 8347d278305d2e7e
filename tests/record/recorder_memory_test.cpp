#include <algorithm>
#include <boost/random/lognormal_distribution.hpp>
#include <cmath>
#include <string>

#include "sim/core/random_stream.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

Scenario scenario_with(bool requests) {
  Scenario scenario;
  scenario.duration_s = 1e6;
  scenario.devices.resize(1);
  scenario.devices[0].count = 1;
  scenario.devices[0].access = "wire";
  scenario.network.access["wire"] = {1e6, 1e6, 0};
  scenario.network.uplink.bytes_per_s = 1e6;
  scenario.output.requests = requests;
  return scenario;
}

/// A request that went up, waited for a server and was answered.
RequestRecord offloaded(std::uint64_t id, double queue_s, double latency_s) {
  RequestRecord request;
  request.id = id;
  request.outcome = Outcome::completed;
  request.exit = 1;
  request.answered_by = 1;
  request.arrival_s = static_cast<double>(id);
  for (TierStamps* tier : {&request.tiers[0], &request.tiers[1]})
    tier->received_s = tier->decoded_s = tier->started_s = request.arrival_s;
  request.tiers[1].started_s += queue_s;
  request.answered_s = request.arrival_s + latency_s;
  request.payload_bytes = request.message_bytes = request.wire_bytes = 100;
  request.access_wire_bytes = 100;
  return request;
}

void record_many(Recorder& recorder, std::uint64_t requests) {
  RandomEngine random = random_stream(1, 0, 0, "heavy tail");
  boost::random::lognormal_distribution<double> seconds(-3, 1.5);
  for (std::uint64_t id = 0; id < requests; ++id) {
    const double queue_s = id % 4 == 0 ? 0 : seconds(random);
    recorder.record(offloaded(id, queue_s, queue_s + seconds(random)));
  }
}

double metric(const ReplicationResult& result, const std::string& name) {
  return std::find_if(result.metrics.begin(), result.metrics.end(),
                      [&](const Metric& one) { return one.name == name; })
      ->value;
}

}  // namespace

TEST_CASE("without requests.csv a recorder holds as much after a million requests as after none") {
  const Scenario scenario = scenario_with(false);
  Recorder recorder(scenario, 2);
  const std::size_t at_first = recorder.held();
  record_many(recorder, 1'000'000);
  CHECK(recorder.held() == at_first);
  CHECK(recorder.take_requests().empty());
}

TEST_CASE("without requests.csv quantiles are within a thousandth of the exact ones") {
  const Scenario exact_scenario = scenario_with(true);
  const Scenario sketch_scenario = scenario_with(false);
  Recorder exact(exact_scenario, 2);
  Recorder sketch(sketch_scenario, 2);
  record_many(exact, 50'000);
  record_many(sketch, 50'000);
  const ReplicationResult all = exact.result();
  const ReplicationResult few = sketch.result();
  for (const char* name : {"latency_s.p50", "latency_s.p95", "latency_s.p99", "cloud.queue_s.p95"}) {
    CAPTURE(name);
    CHECK(metric(few, name) == Approx(metric(all, name)).epsilon(QuantileSketch::kRelativeError));
  }
  // Means need no quantiles and are exact; they differ by rounding, since the numbers are added in another
  // order.
  CHECK(metric(few, "latency_s.mean") == Approx(metric(all, "latency_s.mean")).epsilon(1e-12));
  CHECK(metric(few, "cloud.queue_s.mean") == Approx(metric(all, "cloud.queue_s.mean")).epsilon(1e-12));
  REQUIRE(few.latency_quantiles_s.size() == all.latency_quantiles_s.size());
  for (std::size_t i = 0; i < all.latency_quantiles_s.size(); ++i)
    CHECK(few.latency_quantiles_s[i] ==
          Approx(all.latency_quantiles_s[i]).epsilon(QuantileSketch::kRelativeError));
}
