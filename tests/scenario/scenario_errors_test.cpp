#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

/// What reading says after one piece of the sound scenario was replaced.
Texts after(const Workshop& workshop, const std::string& piece, const std::string& by) {
  return workshop.problems(replaced(sound_scenario(), piece, by));
}

}  // namespace

TEST_CASE("a scenario without mistakes reads with every value and every default") {
  const Workshop workshop;
  const Scenario scenario = workshop.read(sound_scenario());
  CHECK(scenario.name == "campus");
  CHECK(scenario.duration_s == 600);
  CHECK(scenario.warmup_s == 0);
  CHECK(!scenario.deadline_s);
  CHECK(scenario.replications == 1);
  CHECK(scenario.seed == 1);
  REQUIRE(scenario.devices.size() == 1);
  const DeviceGroup& group = scenario.devices[0];
  CHECK(group.count == 100);
  CHECK(group.type.overhead_s_per_call == Approx(50e-6));
  CHECK(group.model.num_exits == 4);
  CHECK(group.arrivals.process == ArrivalSpec::Process::poisson);
  CHECK(group.arrivals.rate_per_s == 2);
  CHECK(group.policy.thresholds == std::vector<double>{0.3, 0.2, 0.1});
  CHECK(group.offload == OffloadSpec{"exit 1", "int8_zstd"});
  CHECK(group.queue_limit == 16);
  CHECK(scenario.network.access.at("wifi") == AccessSpec{2.5e6, 2.5e6, 0.005});
  CHECK(scenario.network.gateways == 1);
  CHECK(scenario.network.uplink == UplinkSpec{125e6, 0.01, 150e3});
  CHECK(scenario.network.connection == ConnectionSpec{true, 1, 1});
  CHECK(scenario.network.answer_bytes == 200);
  CHECK(scenario.cloud.servers == 1);
  CHECK(scenario.cloud.batch_max == 1);
  CHECK(scenario.cloud.batch_wait_s == 0);
  CHECK(scenario.cloud.queue_limit == 1000);
  CHECK(scenario.compare.empty());
  CHECK(scenario.output == OutputSpec{true, true});
  CHECK(scenario.notes.empty());
}

TEST_CASE("a misspelt key names its place and the key it should be and nothing else") {
  const Workshop workshop;
  CHECK(
      after(workshop, "thresholds_nats", "treshold_nats") ==
      Texts{
          R"(scenario.yaml:8:29: devices[0].policy: unknown key "treshold_nats"; did you mean "thresholds_nats"?)"});
  CHECK(after(workshop, "duration", "durration") ==
        Texts{R"(scenario.yaml:2:1: unknown key "durration"; did you mean "duration"?)"});
}

TEST_CASE("a key far from every known one is answered with the known ones") {
  const Workshop workshop;
  CHECK(
      after(workshop, "latency: 10ms}", "latency: 10ms, colour: red}") ==
      Texts{
          R"(scenario.yaml:14:45: network.uplink: unknown key "colour"; allowed: bandwidth, latency, buffer, loss, energy)"});
}

TEST_CASE("a missing key is named with an example of how to write it") {
  const Workshop workshop;
  CHECK(after(workshop, "    access: wifi\n", "") ==
        Texts{R"(scenario.yaml:4:5: devices[0]: missing key "access"; add for example "access: wifi")"});
  CHECK(after(workshop, ", rate: 2/s", "") ==
        Texts{R"(scenario.yaml:7:15: devices[0].arrivals: missing key "rate"; add for example "rate: 2/s")"});
}

TEST_CASE("a quantity without its unit or with a foreign one says how to write it") {
  const Workshop workshop;
  CHECK(
      after(workshop, "bandwidth: 1Gbps", "bandwidth: 50") ==
      Texts{
          R"(scenario.yaml:14:23: network.uplink.bandwidth: "50" has no unit; write "50Mbps" (bits) or "6.25MBps" (bytes))"});
  const Texts foreign = after(workshop, "duration: 10min", "duration: 10Mbps");
  REQUIRE(foreign.size() == 1);
  CHECK(foreign[0].starts_with(
      R"(scenario.yaml:2:11: duration: "10Mbps": "Mbps" is no unit of duration; allowed: )"));
}

TEST_CASE("numbers out of range are refused and never clamped") {
  const Workshop workshop;
  CHECK(after(workshop, "count: 100", "count: 0") ==
        Texts{R"(scenario.yaml:4:12: devices[0].count: "0" is out of range; allowed: 1 to 10000000)"});
  CHECK(after(workshop, "count: 100", "count: -5") ==
        Texts{R"(scenario.yaml:4:12: devices[0].count: "-5" is out of range; allowed: 1 to 10000000)"});
  CHECK(
      after(workshop, "count: 100", "count: 99999999999999999999999") ==
      Texts{
          R"(scenario.yaml:4:12: devices[0].count: "99999999999999999999999" is out of range; allowed: 1 to 10000000)"});
  CHECK(after(workshop, "duration: 10min", "duration: 0s") ==
        Texts{R"(scenario.yaml:2:11: duration: "0s" is out of range; it must be greater than 0)"});
  CHECK(after(workshop, "duration: 10min", "duration: 1e308h") ==
        Texts{R"(scenario.yaml:2:11: duration: "1e308h" is out of range; it must be greater than 0)"});
  CHECK(
      after(workshop, "latency: 5ms", "latency: -5ms") ==
      Texts{
          R"(scenario.yaml:13:47: network.access.wifi.latency: "-5ms" is out of range; it must be at least 0)"});
}

TEST_CASE("a number of another kind is refused with what was found") {
  const Workshop workshop;
  CHECK(
      after(workshop, "count: 100", "count: 1.5") ==
      Texts{R"(scenario.yaml:4:12: devices[0].count: "1.5" is not a whole number; allowed: 1 to 10000000)"});
  CHECK(after(workshop, "devices:", "replications: [3]\ndevices:") ==
        Texts{R"(scenario.yaml:3:15: replications: found a list; a whole number is needed)"});
  CHECK(after(workshop, "type: huge", "type: huge\n  servers:") ==
        Texts{R"(scenario.yaml:17:3: cloud.servers: found nothing; a whole number is needed)"});
}

TEST_CASE("a whole number is read in decimal digits even with a zero before it") {
  // YAML 1.1 and yaml-cpp read 010 as 8.
  const Workshop workshop;
  CHECK(workshop.read(replaced(sound_scenario(), "count: 100", "count: 010")).devices[0].count == 10);
}

TEST_CASE("names that are not there are answered with those that are") {
  const Workshop workshop;
  CHECK(
      after(workshop, "access: wifi", "access: wify") ==
      Texts{R"(scenario.yaml:10:13: devices[0].access: network.access has no "wify"; did you mean "wifi"?)"});
  CHECK(
      after(workshop, "type: tiny", "type: tinny") ==
      Texts{
          R"(scenario.yaml:5:11: devices[0].type: there is no device type "tinny"; did you mean "tiny"? (a file of your own ends in ".yaml"))"});
  CHECK(
      after(workshop, "model: four_exits", "model: fuor_exits") ==
      Texts{
          R"(scenario.yaml:6:12: devices[0].model: there is no model "fuor_exits"; did you mean "four_exits"? (a directory of your own has a "/" in it))"});
  CHECK(
      after(workshop, "process: poisson", "process: gaussian") ==
      Texts{
          R"(scenario.yaml:7:25: devices[0].arrivals.process: "gaussian" is unknown; allowed: periodic, poisson, mmpp, trace, phases)"});
}

TEST_CASE("fewer devices than gateways are refused") {
  const Workshop workshop;
  CHECK(after(workshop, "  uplink:", "  gateways: 101\n  uplink:") ==
        Texts{"scenario.yaml:4:3: devices: 100 devices in all are fewer than the 101 gateways; lower "
              "network.gateways"});
}

TEST_CASE("more than ten million devices in all are refused") {
  const Workshop workshop;
  const std::string text = sound_scenario();
  const std::size_t begin = text.find("  - count"), end = text.find("network:");
  const std::string group = replaced(text.substr(begin, end - begin), "100", "6000000");
  const std::string two = text.substr(0, begin) + group + group + text.substr(end);
  CHECK(workshop.problems(two) ==
        Texts{"scenario.yaml:4:3: devices: 12000000 devices in all; allowed: up to 10000000"});
}

TEST_CASE("a name that is no directory's name is refused") {
  const Workshop workshop;
  for (const std::string name : {"a/b", "..", "'a b'"}) {
    const Texts texts = after(workshop, "name: campus", "name: " + name);
    REQUIRE(texts.size() == 1);
    CHECK(texts[0].find("cannot name a directory of results") != std::string::npos);
  }
}

TEST_CASE("all problems come in one go in the order of their places") {
  const Workshop workshop;
  std::string text = replaced(sound_scenario(), "duration: 10min", "duration: soon");
  text = replaced(text, "count: 100", "count: many");
  text = replaced(text, "codec: int8_zstd", "codec: INT8");
  text = replaced(text, "type: huge", "tipe: huge");
  const Texts texts = workshop.problems(text);
  REQUIRE(texts.size() == 4);
  CHECK(texts[0].starts_with("scenario.yaml:2:11: duration: \"soon\""));
  CHECK(texts[1].starts_with("scenario.yaml:4:12: devices[0].count: \"many\""));
  CHECK(texts[2].starts_with("scenario.yaml:9:36: devices[0].offload.codec: \"INT8\""));
  CHECK(texts[3] == R"(scenario.yaml:16:3: cloud: unknown key "tipe"; did you mean "type"?)");
}

TEST_CASE("problems in a device type's own file name that file once") {
  const Workshop workshop;
  workshop.write("broken.yaml", "name: broken\n");
  const std::string text = replaced(replaced(sound_scenario(), "type: tiny", "type: broken.yaml"),
                                    "type: huge", "type: broken.yaml");
  const Texts texts = workshop.problems(text);
  REQUIRE(!texts.empty());
  int memory = 0;
  for (const std::string& line : texts) {
    CHECK(line.starts_with("broken.yaml:1:1: "));
    memory += line.find("missing key \"memory\"") != std::string::npos ? 1 : 0;
  }
  CHECK(memory == 1);
}

TEST_CASE("Wi-Fi has stations with rates and nothing of a wire") {
  const Workshop workshop;
  const auto with = [&](const std::string& access) {
    return workshop.problems(replaced(sound_scenario(), "{up: 20Mbps, down: 20Mbps, latency: 5ms}", access));
  };
  CHECK(with("{type: wifi, rates: [54Mbps, 6Mbps], latency: 2ms}").empty());
  CHECK(with("{type: wired, up: 1Mbps, down: 1Mbps, latency: 2ms}").empty());
  CHECK(with("{type: wifi, rates: [], latency: 2ms}") ==
        Texts{"scenario.yaml:13:31: network.access.wifi.rates: is empty; give at least one rate"});
  CHECK(with("{type: wifi, up: 1Mbps, latency: 2ms}").size() == 2);
  CHECK(with("{type: wlan, rates: [6Mbps], latency: 2ms}").size() >= 1);
  const Scenario first = workshop.read(replaced(sound_scenario(), "{up: 20Mbps, down: 20Mbps, latency: 5ms}",
                                                "{type: wifi, rates: [54Mbps, 6Mbps], latency: 2ms}"));
  const Scenario second = workshop.read(first.resolved_yaml);
  CHECK(first.network.access.at("wifi").station_bytes_per_s == std::vector<double>{6.75e6, 0.75e6});
  CHECK(second.network == first.network);
  CHECK(second.resolved_yaml == first.resolved_yaml);
}

}  // namespace offramp
