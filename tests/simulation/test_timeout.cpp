#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// Devices that send the feature of exit 0 for every image and wait so long for the answer.
Scenario waiting_scenario(std::size_t count, double rate_per_s, std::optional<double> timeout_s) {
  Scenario scenario = probe_scenario(count, rate_per_s);
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe", timeout_s};
  scenario.network.access["wire"] = {1e12, 1e12, 0};
  scenario.network.uplink = {1e12, 0, 150e3};
  return scenario;
}

/// An uplink and a cloud that are both too small, and queues that are short.
Scenario overload(std::optional<double> timeout_s) {
  Scenario scenario = waiting_scenario(20, 3, timeout_s);
  scenario.devices[0].queue_limit = 3;
  scenario.network.uplink = {30e3, 0.01, 20e3};
  scenario.network.access["wire"] = {20e3, 20e3, 0.001};
  scenario.cloud.type.flops_per_s = 1;
  scenario.cloud.queue_limit = 4;
  return scenario;
}

/// The cloud's part takes so long on a machine of 1 FLOP/s.
ExitProfile with_cloud_time(const ProbeProfile& probe, double final_s) {
  ExitProfile profile = probe.profile();
  profile.exits[1].backbone.flops = final_s;
  return profile;
}

double outcome_count(const Replication& run, Outcome outcome) {
  return static_cast<double>(
      std::count_if(run.requests.begin(), run.requests.end(),
                    [&](const RequestRecord& request) { return request.outcome == outcome; }));
}

void check_accounts(const Replication& run) {
  const ReplicationResult& r = run.result;
  CHECK(metric_of(r, "requests.offered") == static_cast<double>(run.requests.size()));
  CHECK(metric_of(r, "requests.completed") == outcome_count(run, Outcome::completed));
  CHECK(metric_of(r, "requests.fallen_back") == outcome_count(run, Outcome::fallen_back));
  CHECK(metric_of(r, "requests.dropped") == outcome_count(run, Outcome::dropped));
  CHECK(metric_of(r, "requests.lost") == outcome_count(run, Outcome::lost));
  CHECK(metric_of(r, "requests.in_flight") == outcome_count(run, Outcome::in_flight));
  CHECK(metric_of(r, "requests.offered") ==
        metric_of(r, "requests.completed") + metric_of(r, "requests.fallen_back") +
            metric_of(r, "requests.dropped") + metric_of(r, "requests.lost") +
            metric_of(r, "requests.in_flight"));
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same(const RequestRecord& a, const RequestRecord& b) {
  bool stamps = same(a.answered_s, b.answered_s) && a.arrival_s == b.arrival_s;
  for (std::size_t t = 0; t < kMaxTiers; ++t)
    stamps = stamps && same(a.tiers[t].received_s, b.tiers[t].received_s) &&
             same(a.tiers[t].decoded_s, b.tiers[t].decoded_s) &&
             same(a.tiers[t].started_s, b.tiers[t].started_s) &&
             same(a.tiers[t].computed_s, b.tiers[t].computed_s) &&
             same(a.tiers[t].encoded_s, b.tiers[t].encoded_s);
  return stamps && a.id == b.id && a.image == b.image && a.outcome == b.outcome && a.exit == b.exit &&
         a.correct == b.correct && a.answered_by == b.answered_by && a.wire_bytes == b.wire_bytes;
}

/// P(W <= t) of an M/D/1 queue with arrival rate l and service time d (Erlang 1909; Gross and Harris, ch. 5):
/// (1 - l d) sum over k = 0 .. floor(t / d) of exp(l (t - k d)) (-l (t - k d))^k / k!
double md1_waits_at_most(double t, double rate, double service_s) {
  double sum = 0;
  double factorial = 1;
  for (int k = 0; k * service_s <= t; ++k) {
    if (k > 0) factorial *= k;
    const double x = rate * (t - k * service_s);
    sum += std::exp(x) * std::pow(-x, k) / factorial;
  }
  return (1 - rate * service_s) * sum;
}

struct Measured {
  double mean = 0;
  double half_width_999 = 0;  ///< fails once in a thousand
};

/// Over eight replications; t(0.9995, 7) = 5.408.
Measured over_replications(const Scenario& scenario, const ExitProfile& profile, const std::string& metric,
                           double divide_by) {
  std::vector<double> values;
  for (std::uint64_t r = 0; r < 8; ++r)
    values.push_back(metric_of(simulate_apart(scenario, profile, r).result, metric) / divide_by);
  Measured measured;
  for (const double value : values) measured.mean += value / 8;
  double variance = 0;
  for (const double value : values) variance += (value - measured.mean) * (value - measured.mean) / 7;
  measured.half_width_999 = 5.408 * std::sqrt(variance / 8);
  return measured;
}

}  // namespace

TEST_CASE("a device that waits too long answers itself exactly at its timeout") {
  // 10,000 B take 0.1 s on a path of 100 kB/s, so that no answer is there after 50 ms: every request ends
  // 50 ms after its message was ready, from exit 0 on the device.
  Scenario scenario = waiting_scenario(1, 0.5, 0.05);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.uplink = {1e5, 0, 150e3};
  const ProbeProfile probe({false}, 10'000);
  const Replication run = simulate_apart(scenario, probe.profile());
  REQUIRE(run.requests.size() == 50);
  for (const RequestRecord& request : run.requests) {
    CHECK(request.outcome == Outcome::fallen_back);
    CHECK(request.exit == 0);
    CHECK(request.answered_by == 0);
    CHECK(request.answered_s == request.tiers[0].encoded_s + 0.05);
  }
  CHECK(metric_of(run.result, "requests.fallen_back") == 50);
  CHECK(metric_of(run.result, "latency_s.mean") == Approx(0.05));
  CHECK(metric_of(run.result, "exits.0.share") == 1);
}

TEST_CASE("what is under way at a timeout goes on and is counted and its answer is ignored") {
  // The same requests with and without a timeout: the same bytes, the same work of the cloud.
  Scenario scenario = waiting_scenario(1, 0.5, {});
  scenario.network.uplink = {1e5, 0, 150e3};
  scenario.cloud.type.flops_per_s = 1;
  const ProbeProfile probe({false}, 10'000);
  const ExitProfile profile = with_cloud_time(probe, 0.2);
  const Replication patient = simulate_apart(scenario, profile);
  scenario.devices[0].offload->timeout_s = 0.05;
  const Replication hasty = simulate_apart(scenario, profile);
  for (const char* metric : {"uplink.payload_bytes", "uplink.wire_bytes", "uplink.utilization",
                             "cloud.utilization", "cloud.queue_s.mean", "requests.offloaded"})
    CHECK(metric_of(hasty.result, metric) == metric_of(patient.result, metric));
  REQUIRE(hasty.requests.size() == patient.requests.size());
  for (std::size_t i = 0; i + 1 < hasty.requests.size(); ++i) {
    CHECK(hasty.requests[i].outcome == Outcome::fallen_back);
    CHECK(same(hasty.requests[i].tiers[1].computed_s, patient.requests[i].tiers[1].computed_s));
    if (patient.requests[i].outcome == Outcome::completed)
      CHECK(hasty.requests[i].answered_s < hasty.requests[i].tiers[1].computed_s);
  }
}

TEST_CASE("the share that falls back is that of M/D/1 waits beyond the timeout") {
  // 100 devices at 0.7/s, one server that takes D = 10 ms: M/D/1 at 70/s. The network takes no time, so that
  // a request falls back when its wait W is longer than timeout - D = 15 ms. P(W > 15 ms) = 1 - 0.3 (e^1.05 -
  // 0.35 e^0.35) = 0.2917.
  const double expected = 1 - md1_waits_at_most(0.015, 70, 0.010);
  CHECK(expected == Approx(0.2917).margin(1e-4));
  Scenario scenario = waiting_scenario(100, 0.7, 0.025);
  scenario.duration_s = 1000;
  scenario.warmup_s = 20;
  scenario.cloud.type.flops_per_s = 1;
  scenario.output.requests = false;
  const ProbeProfile probe({false}, 100);
  const Measured share = over_replications(scenario, with_cloud_time(probe, 0.010), "requests.fallen_back",
                                           70 * scenario.duration_s);
  INFO(share.mean << " -+ " << share.half_width_999);
  CHECK(std::abs(share.mean - expected) < share.half_width_999);
  CHECK(share.half_width_999 < 0.03);
}

TEST_CASE("the share in time is that of M/D/1 waits within the deadline") {
  // As above without a timeout: the latency is W + D, so that 70.83 % come within 25 ms. The probe is right
  // about every image, so that what came in time is right, and the rest counts as wrong.
  Scenario scenario = waiting_scenario(100, 0.7, {});
  scenario.deadline_s = 0.025;
  scenario.duration_s = 1000;
  scenario.warmup_s = 20;
  scenario.cloud.type.flops_per_s = 1;
  scenario.output.requests = false;
  const ProbeProfile probe({false}, 100);
  const ExitProfile profile = with_cloud_time(probe, 0.010);
  const Measured share = over_replications(scenario, profile, "deadline.met_share", 1);
  INFO(share.mean << " -+ " << share.half_width_999);
  CHECK(std::abs(share.mean - md1_waits_at_most(0.015, 70, 0.010)) < share.half_width_999);
  CHECK(share.half_width_999 < 0.03);
  const Replication run = simulate_apart(scenario, profile);
  CHECK(metric_of(run.result, "deadline.met_accuracy") == 1);
  CHECK(metric_of(run.result, "accuracy.in_time") == metric_of(run.result, "deadline.met_share"));
}

TEST_CASE("the accuracy of what came in time is that of the exits that are quick enough") {
  // Exit 0 answers images 0, 2 and 3 at once and is wrong about image 2 alone; exit 1 is right about the
  // others but its answer needs 0.3 s of transfer, behind a deadline of 0.2 s.
  ProbeProfile probe({true, false, true, true, false}, 30'000);
  std::swap(probe.early_logits[4], probe.early_logits[5]);
  Scenario scenario = waiting_scenario(10, 0.05, {});
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  scenario.network.uplink = {1e5, 0, 150e3};
  scenario.deadline_s = 0.2;
  scenario.duration_s = 400;
  const Replication run = simulate_apart(scenario, probe.profile());
  double ended = 0, early = 0, right = 0;
  for (const RequestRecord& request : run.requests) {
    if (request.outcome == Outcome::in_flight) continue;
    ++ended;
    if (request.exit != 0) continue;
    ++early;
    if (request.image != 2) ++right;
  }
  REQUIRE(early < ended);
  REQUIRE(right < early);
  CHECK(metric_of(run.result, "deadline.met_share") == early / ended);
  CHECK(metric_of(run.result, "deadline.met_accuracy") == right / early);
  CHECK(metric_of(run.result, "accuracy.in_time") == right / ended);
}

TEST_CASE("without a deadline nothing is in time or late") {
  const ProbeProfile probe({false}, 100);
  const Replication run = simulate_apart(waiting_scenario(1, 1, {}), probe.profile());
  for (const char* metric : {"accuracy.in_time", "deadline.met_share", "deadline.met_accuracy"})
    CHECK(std::isnan(metric_of(run.result, metric)));
}

TEST_CASE("a request that the cloud's queue refuses falls back at its timeout") {
  // One server that never ends and a queue of 4: without a timeout all but 5 are dropped. With one none is,
  // and all whose timeout ends before the horizon fall back.
  Scenario scenario = waiting_scenario(1, 1, 0.5);
  scenario.cloud.type.flops_per_s = 1;
  scenario.cloud.queue_limit = 4;
  const ProbeProfile probe({false}, 100);
  const Replication run = simulate_apart(scenario, with_cloud_time(probe, 1000));
  check_accounts(run);
  for (const RequestRecord& request : run.requests) {
    if (request.tiers[0].encoded_s + 0.5 >= 100) continue;
    CHECK(request.outcome == Outcome::fallen_back);
    CHECK(request.answered_s == request.tiers[0].encoded_s + 0.5);
  }
  CHECK(metric_of(run.result, "requests.fallen_back") > 50);
}

TEST_CASE("a fallback is as right as the device's exit is about the image") {
  // Exit 0 is wrong about image 1; the final exit is right about both.
  ProbeProfile probe({false, false}, 10'000);
  std::swap(probe.early_logits[2], probe.early_logits[3]);
  Scenario scenario = waiting_scenario(1, 0.5, 0.05);
  scenario.network.uplink = {1e5, 0, 150e3};
  const Replication run = simulate_apart(scenario, probe.profile());
  double fallen_back = 0, right = 0;
  for (const RequestRecord& request : run.requests) {
    if (request.outcome != Outcome::fallen_back) continue;
    ++fallen_back;
    CHECK(request.correct == (request.image == 0));
    if (request.correct) ++right;
  }
  REQUIRE(right > 0);
  CHECK(right < fallen_back);
  CHECK(metric_of(run.result, "accuracy.top1") == right / fallen_back);
}

TEST_CASE("a device that has not asked its last exit runs its head at the timeout") {
  // The rule always asks no exit on the device; its head takes 0.3 s on 1 FLOP/s. A frame every 2 s finds the
  // processor idle: the answer is there 50 ms + 0.3 s after the message was ready. With the rule entropy the
  // head has run before, and 50 ms it is.
  ProbeProfile probe({false}, 10'000);
  ExitProfile profile = probe.profile();
  profile.exits[0].head.flops = 0.3;
  Scenario scenario = waiting_scenario(1, 0.5, 0.05);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].type.flops_per_s = 1;
  scenario.devices[0].type.busy_w = 1;
  scenario.network.uplink = {1e5, 0, 150e3};
  const Replication always = simulate_apart(scenario, profile);
  const RequestRecord& late = always.requests.at(0);
  CHECK(late.answered_s == Approx(late.tiers[0].encoded_s + 0.35));
  CHECK(late.tiers[0].encoded_s == Approx(late.arrival_s));
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  const Replication asked = simulate_apart(scenario, profile);
  const RequestRecord& ready = asked.requests.at(0);
  CHECK(ready.answered_s == Approx(ready.tiers[0].encoded_s + 0.05));
  CHECK(ready.tiers[0].encoded_s == Approx(ready.arrival_s + 0.3));
  // Either way the head ran once a request: 0.3 J each. The last may be cut by the horizon.
  CHECK(metric_of(always.result, "energy_j.edge") == Approx(50 * 0.3).margin(0.3));
  CHECK(metric_of(asked.result, "energy_j.edge") == Approx(50 * 0.3).margin(0.3));
}

TEST_CASE("the accounts close under timeouts in overload") {
  for (const double timeout_s : {0.001, 0.2, 1.0, 20.0}) {
    const ProbeProfile probe({false, true}, 500);
    Scenario scenario = overload(timeout_s);
    scenario.devices[0].policy = {"entropy", {0.3}, {}};
    const Replication run = simulate_apart(scenario, with_cloud_time(probe, 0.2));
    INFO("timeout " << timeout_s << " s");
    check_accounts(run);
    CHECK(outcome_count(run, Outcome::completed) > 0);
    CHECK(outcome_count(run, Outcome::fallen_back) > 0);
    CHECK(outcome_count(run, Outcome::dropped) > 0);
    for (const RequestRecord& request : run.requests) {
      if (request.outcome == Outcome::completed && request.answered_by == 1)
        CHECK(request.answered_s <= request.tiers[0].encoded_s + timeout_s);
      // Nobody waits beyond the timeout: what is in flight at 100 s is younger than it, or not yet encoded.
      if (request.outcome == Outcome::in_flight) CHECK(request.tiers[0].encoded_s + timeout_s >= 100);
    }
  }
}

TEST_CASE("a timeout that nobody reaches changes nothing") {
  // Not even among drops at the device and at the cloud and requests in flight.
  const ProbeProfile probe({false, true}, 500);
  const ExitProfile profile = with_cloud_time(probe, 0.2);
  for (const char* rule : {"always", "entropy"}) {
    Scenario without = overload({});
    without.devices[0].policy = {rule, {0.3}, {}};
    Scenario with = without;
    with.devices[0].offload->timeout_s = 1e6;
    const Replication a = simulate_apart(without, profile);
    const Replication b = simulate_apart(with, profile);
    CHECK(outcome_count(a, Outcome::dropped) > 0);
    CHECK(outcome_count(a, Outcome::in_flight) > 0);
    REQUIRE(a.requests.size() == b.requests.size());
    for (std::size_t i = 0; i < a.requests.size(); ++i) CHECK(same(a.requests[i], b.requests[i]));
    for (const Metric& metric : a.result.metrics) {
      INFO(metric.name);
      CHECK(same(metric.value, metric_of(b.result, metric.name)));
    }
  }
  // In a calm run a timeout of the length of a minute is never reached either, but is watched.
  Scenario calm = waiting_scenario(10, 1, {});
  const Replication a = simulate_apart(calm, profile);
  calm.devices[0].offload->timeout_s = 60;
  const Replication b = simulate_apart(calm, profile);
  REQUIRE(a.requests.size() == b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) CHECK(same(a.requests[i], b.requests[i]));
}
