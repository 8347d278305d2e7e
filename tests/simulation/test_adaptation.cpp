#include <cmath>

#include "sim/platform/message_size.hpp"
#include "sim/simulation/image_sampling.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// Devices that send the feature of exit 0 for every image, or by their second setting none.
Scenario adapting(std::size_t count, double rate_per_s, const AdaptSpec& adapt) {
  Scenario scenario = probe_scenario(count, rate_per_s);
  DeviceGroup& group = scenario.devices[0];
  group.offload = OffloadSpec{"exit 0", "probe"};
  group.adapt = adapt;
  group.adapt->settings = {{{"never", {}}, *group.offload}};
  return scenario;
}

AdaptSpec by_deadline(double memory_s) {
  AdaptSpec adapt;
  adapt.rule = "deadline";
  adapt.memory_s = memory_s;
  return adapt;
}

AdaptSpec by_queue(std::size_t frames) {
  AdaptSpec adapt;
  adapt.rule = "queue";
  adapt.frames = {frames};
  return adapt;
}

}  // namespace

TEST_CASE("devices whose bound is never reached do what they do without adapting") {
  const ProbeProfile probe({true, false}, 300);
  Scenario plain = adapting(20, 5, by_queue(999));
  plain.network.uplink = {100e3, 0.005, 20e3};
  const Replication adapted = simulate_apart(plain, probe.profile());
  plain.devices[0].adapt->rule = "none";
  const Replication fixed = simulate_apart(plain, probe.profile());
  REQUIRE(adapted.requests.size() == fixed.requests.size());
  for (std::size_t i = 0; i < fixed.requests.size(); ++i) {
    const RequestRecord& a = adapted.requests[i];
    const RequestRecord& b = fixed.requests[i];
    REQUIRE(a.image == b.image);
    REQUIRE(a.exit == b.exit);
    REQUIRE((a.answered_s == b.answered_s || (std::isnan(a.answered_s) && std::isnan(b.answered_s))));
  }
  CHECK(metric_of(adapted.result, "settings.0.share") == 1);
  CHECK(metric_of(adapted.result, "settings.1.share") == 0);
  CHECK(std::isnan(metric_of(fixed.result, "settings.0.share")));
}

TEST_CASE("a device that holds a frame answers the next ones itself") {
  // A message takes 0.5 s over the link and a frame comes every 0.1 s. The one that is sent is held for 0.5
  // s: the four behind it are answered on the device, the fifth comes when it has just left (at a moment that
  // is the same but for rounding), so every fifth or sixth frame is sent. A sixth of 1,000 is 167, a fifth
  // 200.
  const ProbeProfile probe({true}, 5000);
  Scenario scenario = adapting(1, 10, by_queue(1));
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  const auto wire = static_cast<double>(wire_bytes(message_bytes(5000)));
  scenario.network.uplink = {wire / 0.5, 0, 150e3};
  const Replication run = simulate_apart(scenario, probe.profile());
  const double sent = metric_of(run.result, "requests.offloaded");
  CHECK(sent >= 165);
  CHECK(sent <= 201);
  // What is not sent was answered by the second setting.
  const double offered = metric_of(run.result, "requests.offered");
  CHECK(metric_of(run.result, "settings.0.share") == Approx(sent / offered).margin(1.5 / offered));
  CHECK(metric_of(run.result, "settings.0.share") + metric_of(run.result, "settings.1.share") == Approx(1));
}

TEST_CASE("a device under a deadline learns that its link is slow, and tries again when it has forgotten") {
  // A frame every 0.1 s, whose message takes 0.5 s; the deadline is 0.15 s. Nothing is known at first: frame
  // 0 is sent. While it is on its way, 0.1 s and more, it alone explains a rate at which two messages take
  // 0.2 s and more. When it has left and is answered, after 0.5 s and the answer's way, 5000 B take 0.5 s:
  // too long. What was last heard is 0.95 s old between 1.4 s and 1.5 s after frame 0, so frame 15 is sent
  // again, of which there are 1000 / 15 = 66.7.
  const ProbeProfile probe({true}, 5000);
  Scenario scenario = adapting(1, 10, by_deadline(0.93));
  scenario.deadline_s = 0.15;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  const auto wire = static_cast<double>(wire_bytes(message_bytes(5000)));
  scenario.network.uplink = {wire / 0.5, 0, 150e3};
  const Replication run = simulate_apart(scenario, probe.profile());
  std::vector<double> sent;
  for (const RequestRecord& request : run.requests)
    if (request.payload_bytes > 0) sent.push_back(request.arrival_s);
  REQUIRE(sent.size() >= 66);
  CHECK(sent.size() <= 67);
  for (std::size_t i = 1; i < sent.size(); ++i) CHECK(sent[i] - sent[i - 1] == Approx(1.5));
}

TEST_CASE("a fast link leaves the first setting to a device under a deadline") {
  const ProbeProfile probe({true}, 5000);
  Scenario scenario = adapting(5, 10, by_deadline(1));
  scenario.deadline_s = 0.15;
  scenario.network.uplink = {1e6, 0.01, 150e3};
  const Replication run = simulate_apart(scenario, probe.profile());
  CHECK(metric_of(run.result, "settings.0.share") == 1);
}

TEST_CASE("devices that adapt, crash, wait and drop lose no request from the books") {
  const ProbeProfile probe({true, false, false}, 5000);
  for (const AdaptSpec& adapt : {by_deadline(0.5), by_queue(2)}) {
    Scenario scenario = adapting(20, 3, adapt);
    scenario.deadline_s = 0.3;
    scenario.devices[0].queue_limit = 3;
    scenario.devices[0].offload->timeout_s = 0.5;
    scenario.devices[0].adapt->settings = {{{"entropy", {0.3}}, *scenario.devices[0].offload},
                                           {{"never", {}}, *scenario.devices[0].offload}};
    if (adapt.rule == "queue") scenario.devices[0].adapt->frames = {1, 2};
    scenario.network.uplink = {100e3, 0.01, 20e3};
    scenario.network.access["wire"] = {20e3, 20e3, 0.001};
    scenario.cloud.type.flops_per_s = 1;
    scenario.cloud.queue_limit = 4;
    OutageSpec crash;
    crash.what = OutageSpec::What::device;
    crash.mtbf_s = 5;
    crash.mttr_s = 1;
    scenario.outages = {crash};
    const ReplicationResult r = simulate_apart(scenario, probe.profile()).result;
    const double offered = metric_of(r, "requests.offered");
    CHECK(offered > 0);
    CHECK(metric_of(r, "requests.lost") > 0);
    CHECK(offered == metric_of(r, "requests.completed") + metric_of(r, "requests.fallen_back") +
                         metric_of(r, "requests.dropped") + metric_of(r, "requests.lost") +
                         metric_of(r, "requests.in_flight"));
    CHECK(metric_of(r, "settings.0.share") + metric_of(r, "settings.1.share") +
              metric_of(r, "settings.2.share") ==
          Approx(1));
  }
}

TEST_CASE("settings that differ on the device alone share batches in the cloud") {
  // Two devices that adapt: one holds a frame in its slow encoder's queue, so it takes its second setting,
  // which sends the same feature. Both wait in one line, since what comes to the cloud is the same.
  const ProbeProfile probe({false, false}, 100);
  Scenario scenario = adapting(2, 5, by_queue(1));
  scenario.devices[0].adapt->settings = {{{"entropy", {0.3}}, *scenario.devices[0].offload}};
  std::vector<RoutePlan> routes;
  const ExitProfile profile = probe.profile();
  for (const RouteOwner& owner : route_owners(scenario))
    routes.push_back(plan_route(group_of_route(owner, scenario), scenario, profile));
  REQUIRE(routes.size() == 2);
  CHECK(share_upper_tiers(routes[0], routes[1]));
  scenario.devices[0].adapt->settings[0].offload = OffloadSpec{"input", "probe"};
  routes[1] = plan_route(group_of_route(route_owners(scenario)[1], scenario), scenario, profile);
  CHECK_FALSE(share_upper_tiers(routes[0], routes[1]));
}

TEST_CASE("the accuracy's sampling error is that of the settings in their shares") {
  // Exit 0 is right about images 2 and 3 of 4, the cloud about all; half of the frames are sent. Of each
  // image, right: 0.5, 0.5, 1, 1; R = 0.75, s^2 = 4 x 0.0625 / 3, standard error sqrt(s^2 / 4).
  ProbeProfile probe({true, true, true, true}, 100);
  for (const std::size_t image : {0U, 1U})
    std::swap(probe.early_logits[2 * image], probe.early_logits[2 * image + 1]);
  const ExitProfile profile = probe.profile();
  const Scenario scenario = adapting(1, 5, by_queue(1));
  std::vector<RoutePlan> routes;
  for (const RouteOwner& owner : route_owners(scenario))
    routes.push_back(plan_route(group_of_route(owner, scenario), scenario, profile));
  for (const ImageSamplingError& error : image_sampling_errors({scenario, routes, {0.5, 0.5}}))
    if (error.metric == "accuracy.top1") CHECK(error.standard_error == Approx(std::sqrt(4 * 0.0625 / 3 / 4)));
}
