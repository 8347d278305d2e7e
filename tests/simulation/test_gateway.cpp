#include <algorithm>
#include <cmath>
#include <map>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// Who is sure of an image: exit 0, exit 1, or the final exit alone.
enum class Sure { at_0, at_1, at_2 };

/// A profile of three exits, the gateway's between two splits: "first" codes at exit 0, "second" at exit 1,
/// both exact unless a test says otherwise.
struct ThreeExits {
  ThreeExits(std::vector<Sure> sure, std::uint32_t first_bytes, std::uint32_t second_bytes) {
    for (std::size_t i = 0; i < sure.size(); ++i) {
      labels.push_back(0);
      for (int exit = 0; exit < 3; ++exit) {
        const bool knows = static_cast<int>(sure[i]) <= exit;
        logits[exit].push_back(knows ? 20.0F : 0.001F);
        logits[exit].push_back(0);
      }
      first.push_back(first_bytes);
      second.push_back(second_bytes);
    }
  }

  std::vector<std::int32_t> labels;
  std::vector<float> logits[3];
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> second;

  ExitProfile profile() const {
    ExitProfile made;
    made.model = "probe";
    made.dataset = "none";
    made.num_classes = 2;
    made.input = {1, 2, 2};
    made.exits.resize(3);
    for (ExitCost& exit : made.exits) exit.backbone.calls = 1;  // so that features are not the image itself
    const CodecAnswers at_first{"first", true, 0, 0, {{first, {}}}};
    const CodecAnswers at_second{"second", true, 0, 0, {{second, {}}}};
    made.splits = {{"input", {1, 2, 2}, {at_first}},
                   {"exit 0", {1, 2, 2}, {at_first, at_second}},
                   {"exit 1", {1, 2, 2}, {at_second}}};
    made.sets = {{"test", labels, {logits[0], logits[1], logits[2]}}};
    made.zstd_s_per_byte = 1e-9;
    return made;
  }
};

DeviceType flops_a_second(double flops_per_s) {
  DeviceType type = instant_device();
  type.flops_per_s = flops_per_s;
  return type;
}

/// Devices behind gateways that compute: access 1 MB/s and 1 ms, uplink 2.5 MB/s and 10 ms.
Scenario gateway_scenario(std::size_t devices, double rate_per_s) {
  Scenario scenario = probe_scenario(devices, rate_per_s);
  scenario.devices[0].model.num_exits = 3;
  scenario.devices[0].policy = {"entropy", {0.3, 0.3}, {}};
  scenario.devices[0].offload =
      OffloadSpec{"exit 0", "first", {}, OffloadSpec::To::gateway, HopSpec{"exit 1", "second"}};
  scenario.network.access["wire"] = {1e6, 1e6, 0.001};
  scenario.network.uplink = {2.5e6, 0.010, 150e3};
  scenario.network.gateway = scenario.cloud;
  return scenario;
}

bool crossed(const RequestRecord& request, std::size_t tier) {
  return !std::isnan(request.tiers[tier].received_s);
}

}  // namespace

TEST_CASE("one request's latency through three tiers is the sum of its parts") {
  // Compute: 0.1 FLOP at 1 FLOP/s on the device, 0.02 at 2 on the gateway, 0.003 at 10 in the cloud: 100 ms,
  // 10 ms, 0.3 ms. Access: 1976 B of payload are 2000 B of message in two segments, 2104 B on the wire:
  // 2.104 ms at 1 MB/s, and 1 ms of latency. Uplink: 976 B are 1000 B in one segment, 1052 B: 0.4208 ms at
  // 2.5 MB/s, and 10 ms. The answer, 200 B, is 276 B on the wire: 0.1104 + 10 ms and 0.276 + 1 ms.
  Scenario scenario = gateway_scenario(1, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.devices[0].type = flops_a_second(1);
  scenario.network.gateway->type = flops_a_second(2);
  scenario.cloud.type = flops_a_second(10);
  const ThreeExits images({Sure::at_2}, 1976, 976);
  ExitProfile profile = images.profile();
  profile.exits[0].backbone.flops = 0.1;
  profile.exits[1].backbone.flops = 0.02;
  profile.exits[2].backbone.flops = 0.003;
  const Replication run = simulate_apart(scenario, profile);
  REQUIRE(run.requests.size() == 10);
  for (const RequestRecord& r : run.requests) {
    CHECK(r.exit == 2);
    CHECK(r.answered_by == 2);
    CHECK(r.tiers[1].received_s - r.tiers[0].encoded_s == Approx(0.003104).epsilon(1e-9));
    CHECK(r.tiers[1].computed_s - r.tiers[1].started_s == Approx(0.010).epsilon(1e-9));
    CHECK(r.tiers[2].received_s - r.tiers[1].computed_s == Approx(0.0104208).epsilon(1e-9));
    CHECK(r.tiers[2].computed_s - r.tiers[2].started_s == Approx(0.0003).epsilon(1e-9));
    CHECK(r.answered_s - r.tiers[2].computed_s == Approx(0.0101104 + 0.001276).epsilon(1e-9));
    CHECK(r.latency_s() == Approx(0.100 + 0.003104 + 0.010 + 0.0104208 + 0.0003 + 0.0113864).epsilon(1e-9));
  }
  CHECK(metric_of(run.result, "access.payload_bytes") == 10 * 1976);
  CHECK(metric_of(run.result, "access.message_bytes") == 10 * 2000);
  CHECK(metric_of(run.result, "access.wire_bytes") == 10 * 2104);
  CHECK(metric_of(run.result, "uplink.payload_bytes") == 10 * 976);
  CHECK(metric_of(run.result, "uplink.wire_bytes") == 10 * 1052);
  CHECK(metric_of(run.result, "gateway.utilization") == Approx(10 * 0.010 / 100));
}

TEST_CASE("each tier answers exactly the images that the profile says") {
  const std::vector<Sure> sure{Sure::at_0, Sure::at_1, Sure::at_2, Sure::at_1, Sure::at_0};
  const ThreeExits images(sure, 500, 300);
  Scenario scenario = gateway_scenario(10, 5);
  scenario.network.gateways = 3;
  const Replication run = simulate_apart(scenario, images.profile());
  std::map<int, double> answered;
  double completed = 0;
  double to_gateway = 0;
  double to_cloud = 0;
  for (const RequestRecord& r : run.requests) {
    if (crossed(r, 1)) to_gateway += r.access_payload_bytes;
    if (crossed(r, 2)) to_cloud += r.payload_bytes;
    if (r.outcome != Outcome::completed) continue;
    CHECK(r.exit == static_cast<int>(sure[r.image]));
    CHECK(r.answered_by == r.exit);
    CHECK(r.through_gateway == (r.exit > 0));
    ++answered[r.exit];
    ++completed;
  }
  REQUIRE(completed > 4000);
  CHECK(answered[0] / completed == Approx(0.4).margin(0.03));
  CHECK(answered[1] / completed == Approx(0.4).margin(0.03));
  CHECK(metric_of(run.result, "exits.1.share") == answered[1] / completed);
  CHECK(metric_of(run.result, "access.payload_bytes") == to_gateway);
  CHECK(metric_of(run.result, "uplink.payload_bytes") == to_cloud);
  CHECK(metric_of(run.result, "accuracy.top1") == 1);
}

TEST_CASE("a gateway decides on what the first codec delivered and the cloud on what the chain did") {
  // Uncoded, exit 1 is sure of the image. After the first codec it knows nothing, and after both the final
  // exit takes it for the wrong class, though after the second codec alone it would be right.
  const ThreeExits images({Sure::at_1}, 500, 300);
  ExitProfile profile = images.profile();
  const std::vector<float> unsure{0.001F, 0};
  const std::vector<float> wrong{0, 20};
  const std::vector<float> right{20, 0};
  const std::vector<std::uint32_t> alone_bytes{300};
  const std::vector<std::uint32_t> chain_bytes{310};
  profile.splits[1].codecs[0] = {"first", false, 0, 0, {{images.first, {unsure, right}}}};
  profile.splits[2].codecs[0] = {"second", false, 0, 0, {{alone_bytes, {right}}}};
  profile.splits[2].codecs.push_back(
      {"second", false, 0, 0, {{chain_bytes, {wrong}}}, hop_name("exit 0", "first")});
  const Replication run = simulate_apart(gateway_scenario(1, 1), profile);
  REQUIRE(!run.requests.empty());
  for (const RequestRecord& r : run.requests) {
    if (r.outcome != Outcome::completed) continue;
    CHECK(r.answered_by == 2);
    CHECK(!r.correct);
    CHECK(r.payload_bytes == 310);
  }

  // An exact second codec hands on what the first delivered.
  profile.splits[2].codecs.back() = {"second", true, 0, 0, {{chain_bytes, {}}}, hop_name("exit 0", "first")};
  const Replication exact = simulate_apart(gateway_scenario(1, 1), profile);
  CHECK(metric_of(exact.result, "accuracy.top1") == 1);

  // Without the chain in the profile there is nothing to go by.
  profile.splits[2].codecs.pop_back();
  CHECK_THROWS_WITH(plan_route(gateway_scenario(1, 1).devices[0], gateway_scenario(1, 1), profile),
                    "the profile of probe has no second after exit 0:first at exit 1");
}

TEST_CASE("cloud-only over a gateway that answers nothing is cloud-only and the second hop") {
  // A gateway that computes stores a message before it forwards it, one that does not each packet. 4320 B and
  // 24 B of framing are three full segments, 4500 B on the wire. Directly the second packet crosses the
  // access link while the uplink sends the first, so that the uplink adds 1500 / 2.5 MB/s for the last; over
  // a gateway that computes in no time the whole message crosses it anew: 3000 / 2.5 MB/s = 1.2 ms more. The
  // answer is one packet, and takes as long either way.
  const ThreeExits images({Sure::at_0, Sure::at_2}, 4320, 4320);
  Scenario direct = gateway_scenario(1, 0.1);
  direct.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  direct.devices[0].policy = {"always", {}, {}};
  direct.devices[0].offload = OffloadSpec{"input", "first"};
  Scenario relayed = direct;
  relayed.devices[0].offload =
      OffloadSpec{"input", "first", {}, OffloadSpec::To::gateway, HopSpec{"exit 0", "second"}};
  const Replication two = simulate_apart(direct, images.profile());
  const Replication three = simulate_apart(relayed, images.profile());
  REQUIRE(two.requests.size() == three.requests.size());
  for (std::size_t i = 0; i < two.requests.size(); ++i) {
    CHECK(three.requests[i].latency_s() - two.requests[i].latency_s() == Approx(0.0012).epsilon(1e-6));
    CHECK(three.requests[i].exit == two.requests[i].exit);
  }
  for (const char* name : {"uplink.wire_bytes", "access.wire_bytes", "requests.completed"})
    CHECK(metric_of(two.result, name) == metric_of(three.result, name));
  CHECK(metric_of(two.result, "uplink.raw_image_share") == 1);
  CHECK(metric_of(three.result, "uplink.raw_image_share") == 0);  // the image ends at the gateway
}

TEST_CASE("a gateway without a second hop answers all that it receives") {
  const ThreeExits images({Sure::at_0, Sure::at_1, Sure::at_2}, 500, 300);
  Scenario scenario = gateway_scenario(4, 2);
  scenario.devices[0].offload = OffloadSpec{"exit 0", "first", {}, OffloadSpec::To::gateway};
  const Replication run = simulate_apart(scenario, images.profile());
  for (const RequestRecord& r : run.requests)
    if (r.outcome == Outcome::completed) CHECK(r.answered_by == (r.image == 0 ? 0 : 1));
  CHECK(metric_of(run.result, "uplink.wire_bytes") == 0);
  CHECK(metric_of(run.result, "access.wire_bytes") > 0);
  CHECK(metric_of(run.result, "accuracy.top1") == 1);
}

TEST_CASE("every gateway has servers and a queue of its own, and the accounts close") {
  // Two gateways of two servers that never end, queues of 3: each takes 5 requests, all others are dropped.
  Scenario scenario = gateway_scenario(4, 2);
  scenario.network.gateways = 2;
  scenario.network.gateway->type = flops_a_second(1);
  scenario.network.gateway->servers = 2;
  scenario.network.gateway->queue_limit = 3;
  const ThreeExits images({Sure::at_1}, 500, 300);
  ExitProfile profile = images.profile();
  profile.exits[1].backbone.flops = 1e6;
  const Replication run = simulate_apart(scenario, profile);
  std::map<std::uint32_t, int> held;
  double on_the_way = 0;
  for (const RequestRecord& r : run.requests) {
    if (r.outcome != Outcome::in_flight) continue;
    if (crossed(r, 1))
      ++held[r.device % 2];
    else
      ++on_the_way;
  }
  CHECK(held[0] == 5);
  CHECK(held[1] == 5);
  const ReplicationResult& result = run.result;
  CHECK(metric_of(result, "requests.in_flight") == 10 + on_the_way);
  CHECK(metric_of(result, "requests.offered") ==
        metric_of(result, "requests.in_flight") + metric_of(result, "requests.dropped"));
  CHECK(metric_of(result, "requests.dropped") > 700);
}

TEST_CASE("the devices of a gateway share its connection to the cloud") {
  // Handshakes of one round trip and 172 B: 2.172 ms on an access link, 20.0688 ms on the uplink, and each
  // once: the second device finds the gateway's connection open. Up 500 + 24 + 52 = 576 B at 1 MB/s, then 376
  // B at 2.5 MB/s.
  Scenario scenario = gateway_scenario(2, 0.1);
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.connection.handshake_round_trips = 1;
  const ThreeExits images({Sure::at_2}, 500, 300);
  const Replication run = simulate_apart(scenario, images.profile());
  std::map<std::uint32_t, int> seen;
  int index = 0;
  for (const RequestRecord& r : run.requests) {
    const double access_s = r.tiers[1].received_s - r.tiers[0].encoded_s;
    const double uplink_s = r.tiers[2].received_s - r.tiers[1].computed_s;
    CHECK(access_s == Approx(0.001576 + (seen[r.device]++ == 0 ? 0.002172 : 0)).epsilon(1e-9));
    CHECK(uplink_s == Approx(0.0101504 + (index++ == 0 ? 0.0200688 : 0)).epsilon(1e-9));
  }
  CHECK(index == 20);
}

TEST_CASE("a gateway sends one message after the other") {
  // Ten devices whose messages reach the gateway together: 1 MB takes 1036076 B / 2.5 MB/s = 0.41 s each.
  Scenario scenario = gateway_scenario(10, 0.02);
  scenario.network.access["wire"] = {1e9, 1e9, 0};
  scenario.network.uplink = {2.5e6, 0, 150e3};
  scenario.devices[0].queue_limit = 10;
  const ThreeExits images({Sure::at_2}, 100, 1'000'000);
  const Replication run = simulate_apart(scenario, images.profile());
  std::vector<std::pair<double, double>> spans;  // ready at the gateway, last byte in the cloud
  for (const RequestRecord& r : run.requests)
    if (crossed(r, 2)) spans.emplace_back(r.tiers[1].computed_s, r.tiers[2].received_s);
  std::sort(spans.begin(), spans.end());
  REQUIRE(spans.size() > 5);
  const double each_s = (1'000'024 + 52 * std::ceil(1'000'024 / 1448.0)) / 2.5e6;
  double free_s = 0;
  for (const auto& [ready_s, received_s] : spans) {
    free_s = std::max(free_s, ready_s) + each_s;
    CHECK(received_s == Approx(free_s).epsilon(1e-6));
  }
}

TEST_CASE("groups with and without a computing gateway meet on the uplink and in the cloud") {
  const ThreeExits images({Sure::at_2}, 500, 300);
  Scenario scenario = gateway_scenario(3, 1);
  DeviceGroup direct = scenario.devices[0];
  direct.offload = OffloadSpec{"exit 0", "second"};
  scenario.devices.push_back(direct);
  const Replication run = simulate_apart(scenario, images.profile());
  double completed[2] = {0, 0};
  double wire = 0;
  for (const RequestRecord& r : run.requests) {
    if (r.outcome != Outcome::completed) continue;
    ++completed[r.group];
    wire += r.wire_bytes;
    CHECK(r.through_gateway == (r.group == 0));
    CHECK(r.cloud_tier() == (r.group == 0 ? 2U : 1U));
    CHECK(static_cast<std::size_t>(r.answered_by) == r.cloud_tier());
    CHECK(r.wire_bytes == 376);
  }
  CHECK(completed[0] > 200);
  CHECK(completed[1] > 200);
  CHECK(metric_of(run.result, "uplink.wire_bytes") >= wire);
}

TEST_CASE("gateways that compute draw their power") {
  // Two gateways of three servers with 1 W idle and 5 W busy: 100 s * 6 W, and 4 W more for each second of
  // work; every request through a gateway is 0.2 s of it.
  Scenario scenario = gateway_scenario(4, 0.5);
  scenario.network.gateways = 2;
  scenario.network.gateway->servers = 3;
  scenario.network.gateway->type = flops_a_second(1);
  scenario.network.gateway->type.idle_w = 1;
  scenario.network.gateway->type.busy_w = 5;
  const ThreeExits images({Sure::at_1}, 500, 300);
  ExitProfile profile = images.profile();
  profile.exits[1].backbone.flops = 0.2;
  const Replication run = simulate_apart(scenario, profile);
  double busy_s = 0;
  for (const RequestRecord& r : run.requests)
    if (!std::isnan(r.tiers[1].started_s)) busy_s += std::min(0.2, 100 - r.tiers[1].started_s);
  CHECK(metric_of(run.result, "energy_j.gateway") == Approx(600 + 4 * busy_s));
  CHECK(metric_of(run.result, "energy_j.per_request") ==
        Approx((600 + 4 * busy_s) / metric_of(run.result, "requests.completed")));
}
