#include <cmath>
#include <map>

#include "sim/policy/entropy.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

Scenario early_exit_scenario() {
  Scenario scenario = probe_scenario(10, 5);
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe"};
  scenario.network.uplink = {1e6, 0.005, 150e3};
  return scenario;
}

const std::vector<bool> kSure{true, false, true, true, false};

}  // namespace

TEST_CASE("a threshold gives exactly the exit shares that the profile predicts") {
  // The profile is sure of images 0, 2 and 3: whoever draws one of them leaves at exit 0, all others at
  // exit 1.
  const ProbeProfile probe(kSure, 500);
  const Replication run = simulate_apart(early_exit_scenario(), probe.profile());
  double early = 0;
  double completed = 0;
  for (const RequestRecord& request : run.requests) {
    if (request.outcome != Outcome::completed) continue;
    ++completed;
    CHECK(request.exit == (kSure[request.image] ? 0 : 1));
    CHECK(request.answered_by == (kSure[request.image] ? 0 : 1));
    if (kSure[request.image]) ++early;
  }
  REQUIRE(completed > 1000);
  CHECK(metric_of(run.result, "exits.0.share") == early / completed);
  CHECK(early / completed == Approx(0.6).margin(0.05));  // images are drawn evenly
}

TEST_CASE("the accounts of every request close") {
  const ProbeProfile probe(kSure, 500);
  Scenario scenario = early_exit_scenario();
  scenario.network.uplink.bytes_per_s = 9e3;  // too little: drops and requests in flight
  scenario.devices[0].queue_limit = 5;
  const Replication run = simulate_apart(scenario, probe.profile());
  std::map<Outcome, double> outcomes;
  for (const RequestRecord& request : run.requests) ++outcomes[request.outcome];
  const ReplicationResult& r = run.result;
  CHECK(metric_of(r, "requests.offered") == static_cast<double>(run.requests.size()));
  CHECK(metric_of(r, "requests.completed") == outcomes[Outcome::completed]);
  CHECK(metric_of(r, "requests.dropped") == outcomes[Outcome::dropped]);
  CHECK(metric_of(r, "requests.in_flight") == outcomes[Outcome::in_flight]);
  CHECK(outcomes[Outcome::dropped] > 0);
  CHECK(outcomes[Outcome::in_flight] > 0);
  CHECK(metric_of(r, "requests.offered") ==
        metric_of(r, "requests.completed") + metric_of(r, "requests.fallen_back") +
            metric_of(r, "requests.dropped") + metric_of(r, "requests.lost") +
            metric_of(r, "requests.in_flight"));
}

TEST_CASE("stamps follow each other and latency is their span") {
  const ProbeProfile probe(kSure, 500);
  const Replication run = simulate_apart(early_exit_scenario(), probe.profile());
  for (const RequestRecord& r : run.requests) {
    if (r.outcome != Outcome::completed) continue;
    CHECK(r.arrival_s <= r.tiers[0].started_s);
    CHECK(r.tiers[0].started_s <= r.tiers[0].computed_s);
    if (r.exit == 0) {
      CHECK(r.answered_s == r.tiers[0].computed_s);
      continue;
    }
    CHECK(r.tiers[0].computed_s <= r.tiers[0].encoded_s);
    CHECK(r.tiers[0].encoded_s < r.tiers[1].received_s);
    CHECK(r.tiers[1].received_s <= r.tiers[1].decoded_s);
    CHECK(r.tiers[1].decoded_s <= r.tiers[1].started_s);
    CHECK(r.tiers[1].started_s <= r.tiers[1].computed_s);
    CHECK(r.tiers[1].computed_s < r.answered_s);
  }
}

TEST_CASE("edge-only sends nothing and cloud-only answers nothing early") {
  const ProbeProfile probe(kSure, 500);
  Scenario edge_only = early_exit_scenario();
  edge_only.devices[0].policy = {"never", {}, {}};
  const Replication edge = simulate_apart(edge_only, probe.profile());
  CHECK(metric_of(edge.result, "uplink.wire_bytes") == 0);
  CHECK(metric_of(edge.result, "exits.0.share") == 1);
  CHECK(std::isnan(metric_of(edge.result, "exits.1.accuracy")));

  Scenario cloud_only = early_exit_scenario();
  cloud_only.devices[0].policy = {"always", {}, {}};
  cloud_only.devices[0].offload = OffloadSpec{"input", "probe"};
  const Replication cloud = simulate_apart(cloud_only, probe.profile());
  CHECK(metric_of(cloud.result, "exits.1.share") == 1);
  CHECK(metric_of(cloud.result, "uplink.raw_image_share") == 1);
}

TEST_CASE("changing the policy leaves arrivals and images alone") {
  const ProbeProfile probe(kSure, 500);
  Scenario edge_only = early_exit_scenario();
  edge_only.devices[0].policy = {"never", {}, {}};
  const Replication a = simulate_apart(early_exit_scenario(), probe.profile());
  const Replication b = simulate_apart(edge_only, probe.profile());
  REQUIRE(a.requests.size() == b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) {
    CHECK(a.requests[i].arrival_s == b.requests[i].arrival_s);
    CHECK(a.requests[i].image == b.requests[i].image);
  }
}

TEST_CASE("replications differ and each repeats itself") {
  const ProbeProfile probe(kSure, 500);
  const auto first_arrival = [&](std::uint64_t replication) {
    return simulate_apart(early_exit_scenario(), probe.profile(), replication).requests.at(0).arrival_s;
  };
  CHECK(first_arrival(3) == first_arrival(3));
  CHECK(first_arrival(3) != first_arrival(4));
}

TEST_CASE("a rule of one score takes its thresholds and temperatures to every request") {
  // Sure images have logits 20 and 0 at exit 0, the others 0.001 and 0: largest probabilities of 1 and
  // 0.50025. Over a temperature of 40 the sure ones come to 1 / (1 + exp(-1/2)) = 0.622.
  const ProbeProfile probe(kSure, 500);
  const auto left_early = [&](const PolicySpec& policy, const ExitProfile& profile) {
    Scenario scenario = early_exit_scenario();
    scenario.devices[0].policy = policy;
    std::map<std::uint32_t, int> exits;
    for (const RequestRecord& request : simulate_apart(scenario, profile).requests)
      if (request.outcome == Outcome::completed) exits[request.image] = request.exit;
    return exits;
  };
  using Exits = std::map<std::uint32_t, int>;
  const Exits sure{{0, 0}, {1, 1}, {2, 0}, {3, 0}, {4, 1}};
  const Exits none{{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}};
  const ExitProfile plain = probe.profile();
  CHECK(left_early({"max_probability", {0.9}}, plain) == sure);
  CHECK(left_early({"margin", {0.9}}, plain) == sure);
  PolicySpec cooled{"max_probability", {0.6}};
  cooled.temperatures = {40};
  CHECK(left_early(cooled, plain) == sure);
  cooled.thresholds = {0.63};
  CHECK(left_early(cooled, plain) == none);
  cooled.temperatures.clear();
  cooled.temperatures_of_profile = true;
  ExitProfile calibrated = probe.profile();
  calibrated.temperatures = {40, 1};
  CHECK(left_early(cooled, calibrated) == none);
  CHECK_THROWS_WITH(left_early(cooled, plain), Catch::Matchers::ContainsSubstring("has no temperatures"));

  // The router is asked in place of the logits.
  const std::vector<float> routers{-3, 3, 0, 3, -3};
  ExitProfile routed = probe.profile();
  routed.has_routers = true;
  routed.sets[0].routers = {routers};
  CHECK(left_early({"router", {0.5}}, routed) == Exits{{0, 1}, {1, 0}, {2, 1}, {3, 0}, {4, 1}});
  CHECK_THROWS_WITH(left_early({"router", {0.5}}, plain),
                    Catch::Matchers::ContainsSubstring("needs a network with a router"));
}

TEST_CASE("patience counts exits on the device and behind the split") {
  // Four exits, the cut behind the second. Images 0 to 4 have labels 0 1 0 1 0, which exits 1 to 3 name; exit
  // 0 names class 0 for all of them. So images 0, 2 and 4 agree at exit 1, on the device, and the others with
  // exit 1 at exit 2, in the cloud.
  const ProbeProfile probe(kSure, 500);
  const std::vector<float> class_0{1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
  ExitProfile profile = probe.profile();
  profile.exits.resize(4);
  const std::span<const float> right = profile.sets[0].logits[1];
  profile.sets[0].logits = {class_0, right, right, right};
  profile.splits[1].name = "exit 1";
  Scenario scenario = early_exit_scenario();
  scenario.devices[0].model.num_exits = 4;
  scenario.devices[0].policy = {"patience", {}, {}, 1};
  scenario.devices[0].offload = OffloadSpec{"exit 1", "probe"};
  for (const RequestRecord& request : simulate_apart(scenario, profile).requests) {
    if (request.outcome != Outcome::completed) continue;
    CHECK(request.exit == (request.image % 2 == 0 ? 1 : 2));
    CHECK(request.answered_by == (request.image % 2 == 0 ? 0 : 1));
  }
}
