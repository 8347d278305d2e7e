#include <vector>

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

void check_equal(const Scenario& a, const Scenario& b) {
  CHECK(a.name == b.name);
  CHECK(a.duration_s == b.duration_s);
  CHECK(a.warmup_s == b.warmup_s);
  CHECK(a.start_s == b.start_s);
  CHECK(a.deadline_s == b.deadline_s);
  CHECK(a.replications == b.replications);
  CHECK(a.seed == b.seed);
  CHECK(a.devices == b.devices);
  CHECK(a.network == b.network);
  CHECK(a.cloud == b.cloud);
  CHECK(a.outages == b.outages);
  CHECK(a.compare == b.compare);
  CHECK(a.output == b.output);
}

}  // namespace

TEST_CASE("a resolved scenario says every default in units that read well") {
  const Workshop workshop;
  CHECK(workshop.read(sound_scenario()).resolved_yaml == R"(name: campus
duration: 600s
warmup: 0s
start: 00:00
replications: 1
seed: 1
devices:
  - count: 100
    type: tiny
    model: four_exits
    arrivals: {process: poisson, rate: 2/s}
    policy: {rule: entropy, thresholds_nats: [0.3, 0.2, 0.1]}
    offload: {from: exit 1, codec: int8_zstd}
    access: wifi
    queue: {limit: 16}
network:
  access:
    wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms, loss: 0}
  gateways: 1
  uplink: {bandwidth: 1Gbps, latency: 10ms, buffer: 150kB, loss: 0}
  connection: {reuse: true, idle_timeout: 1s, handshake_round_trips: 1, pacing: true}
  answer: 200B
cloud:
  type: huge
  servers: 1
  batch: {max: 1, wait: 0s}
  queue: {limit: 1000}
output: {requests: true, figures: true, transfer_rates: false}
)");
}

TEST_CASE("a resolved scenario reads back to an equal one and resolves to the same text") {
  const Workshop workshop;
  const std::string comparisons = R"(compare:
  - name: as_is
  - name: other
    set:
      devices.0.policy: {rule: fixed, exit: 2}
      devices.0.offload: null
      name: "null"
      devices.0.queue.limit: 3
)";
  const Scenario first =
      workshop.read(sound_scenario() + comparisons,
                    {{"devices.0.policy", "{rule: entropy, thresholds_normalized: [1%, 33.3%, 0.7]}"},
                     {"deadline", "123.4567us"},
                     {"devices.0.offload.timeout", "1.7ms"},
                     {"network.uplink.bandwidth", "33.3Mbps"},
                     {"devices.0.arrivals", "{process: periodic, rate: 7/min}"},
                     {"seed", "18446744073709551615"},
                     {"network.connection", "{reuse: false, idle_timeout: 0.1s, handshake_round_trips: 1.5}"},
                     {"output.figures", "false"}});
  const Scenario second = workshop.read(first.resolved_yaml);
  check_equal(first, second);
  CHECK(second.notes.empty());
  CHECK(second.resolved_yaml == first.resolved_yaml);
}

TEST_CASE("an idle timeout of one retransmission timeout reads back") {
  const Workshop workshop;
  const Scenario first = workshop.read(sound_scenario(), {{"network.connection", "{idle_timeout: rto}"}});
  CHECK_FALSE(first.network.connection.idle_timeout_s.has_value());
  check_equal(first, workshop.read(first.resolved_yaml));
}

TEST_CASE("what links draw is said when it is given and reads back") {
  const Workshop workshop;
  CHECK(workshop.read(sound_scenario()).resolved_yaml.find("energy") == std::string::npos);
  const Scenario first =
      workshop.read(sound_scenario(), {{"network.uplink.energy", "{per_byte: 5nJ/B, power: 6W}"},
                                       {"network.access.wifi.energy", "{per_byte: 20nJ/B}"}});
  CHECK(first.network.uplink.energy.j_per_byte == Approx(5e-9));
  CHECK(first.network.uplink.energy.power_w == 6);
  CHECK(first.network.access.at("wifi").energy.j_per_byte == Approx(20e-9));
  CHECK(first.network.access.at("wifi").energy.power_w == 0);
  const Scenario second = workshop.read(first.resolved_yaml);
  check_equal(first, second);
  CHECK(second.resolved_yaml == first.resolved_yaml);
  CHECK(workshop.problems(sound_scenario(), {{"network.uplink.energy", "{per_bite: 5nJ/B}"}}) ==
        std::vector<std::string>{"--set network.uplink.energy: network.uplink.energy: unknown key "
                                 "\"per_bite\"; did you mean \"per_byte\"?"});
}

TEST_CASE("own device types and models are resolved to paths that hold from any folder") {
  const Workshop workshop;
  std::string type = replaced(R"(name: NAME
description: mine
basis: measured
compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}
memory: 4GB
codec: {zstd: 12ms/MB}
power: {idle: 2W, busy: 6W}
radio: {energy: 120nJ/B}
sources: {overhead_per_call: a, rate: b, memory_bandwidth: c, memory: d, zstd: e, idle: f, busy: g, energy: h}
)",
                              "NAME", "mine");
  workshop.write("own/mine.yaml", type);
  workshop.write("own/net/model.yaml", "network: n\ndata: d\ninput: [1, 8, 8]\nclasses: 10\nexits: 4\n");
  std::string text = replaced(sound_scenario(), "type: tiny", "type: own/mine.yaml");
  const Scenario first = workshop.read(replaced(text, "model: four_exits", "model: own/net/"));
  CHECK(first.devices[0].type.file == workshop.path() / "own/mine.yaml");
  CHECK(first.devices[0].type.radio_j_per_byte == Approx(120e-9));
  CHECK(first.devices[0].model.directory == workshop.path() / "own/net");
  CHECK(first.devices[0].model.name == "net");
  const Scenario second = read_scenario(workshop.write("elsewhere/scenario.yaml", first.resolved_yaml));
  check_equal(first, second);
}

}  // namespace offramp
