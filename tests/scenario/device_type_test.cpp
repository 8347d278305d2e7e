#include "sim/scenario/device_type.hpp"

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kSound = R"(name: mine
description: a device
basis: measured
compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}
memory: 4GB
codec: {zstd: 12ms/MB}
power: {idle: 2W, busy: 6W}
sources: {overhead_per_call: a, rate: b, memory_bandwidth: c, memory: d, zstd: e, idle: f, busy: g}
)";

Texts problems(const Workshop& workshop, const std::string& text) {
  workshop.write("mine.yaml", text);
  return workshop.problems_of([&] { read_device_type("mine.yaml", workshop.path()); });
}

}  // namespace

TEST_CASE("a device type is read in base units") {
  const Workshop workshop;
  workshop.write("mine.yaml", kSound);
  const DeviceType type = read_device_type("mine.yaml", workshop.path());
  CHECK(type.overhead_s_per_call == Approx(50e-6));
  CHECK(type.flops_per_s == Approx(5e9));
  CHECK(type.memory_bytes_per_s == Approx(4e9));
  CHECK(type.memory_bytes == Approx(4e9));
  CHECK(type.zstd_s_per_byte == Approx(12e-9));
  CHECK(type.idle_w == 2);
  CHECK(type.busy_w == 6);
  CHECK(type.radio_j_per_byte == 0);
  CHECK(type.basis == "measured");
}

TEST_CASE("every figure of a device type needs a source") {
  const Workshop workshop;
  CHECK(problems(workshop, replaced(kSound, ", zstd: e", "")) ==
        Texts{R"(mine.yaml:8:10: sources: missing key "zstd"; add for example "zstd: measured with ...")"});
  const Texts radio = problems(workshop, std::string(kSound) + "radio: {energy: 120nJ/B}\n");
  REQUIRE(radio.size() == 1);
  CHECK(radio[0].find("sources: missing key \"energy\"") != std::string::npos);
  CHECK(problems(workshop, replaced(kSound, "busy: g", "busy: g, colour: h"))[0].find(
            "unknown key \"colour\"") != std::string::npos);
}

TEST_CASE("overhead of a run, spread and the radio's power may be left out, and need a source when given") {
  const Workshop workshop;
  workshop.write("mine.yaml", kSound);
  const DeviceType plain = read_device_type("mine.yaml", workshop.path());
  CHECK(plain.overhead_s_per_run == 0);
  CHECK(plain.service_spread == 0);
  CHECK(plain.radio_w == 0);
  const std::string text = replaced(
      replaced(kSound, "memory_bandwidth: 4GBps", "memory_bandwidth: 4GBps, overhead_per_run: 150us"),
      "memory: 4GB", "memory: 4GB\nservice_spread: 5%\nradio: {while_sending: 1W}");
  const std::string sourced =
      replaced(text, "zstd: e", "zstd: e, overhead_per_run: h, service_spread: i, while_sending: j");
  workshop.write("mine.yaml", sourced);
  const DeviceType type = read_device_type("mine.yaml", workshop.path());
  CHECK(type.overhead_s_per_run == Approx(150e-6));
  CHECK(type.service_spread == Approx(0.05));
  CHECK(type.radio_w == 1);
  CHECK(problems(workshop, text).size() == 3);
}

TEST_CASE("a user's own measured times need no figures") {
  const Workshop workshop;
  const std::string text =
      replaced(replaced(kSound, "compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}",
                        "segments_s: {net: [0.01, 0.02], split_net: {backbone: [0.01], heads: [0.002]}}"),
               "overhead_per_call: a, rate: b, memory_bandwidth: c,", "segments_s: stopwatch,");
  workshop.write("mine.yaml", text);
  const DeviceType type = read_device_type("mine.yaml", workshop.path());
  CHECK(!type.has_figures);
  CHECK(type.segments_s.at("net") == SegmentTimes{{0.01, 0.02}, {}});
  CHECK(type.segments_s.at("split_net") == SegmentTimes{{0.01}, {0.002}});
  CHECK(problems(workshop, replaced(text, "heads: [0.002]", "heads: [0.002, 1]")) ==
        Texts{"mine.yaml:4:70: segments_s.split_net.heads: 2 values; backbone has 1"});
  CHECK(problems(workshop, replaced(text, "net: [0.01, 0.02]", "net: [0.01, fast]")).size() == 1);
}

TEST_CASE("a name is looked for beside the scenario, in the user's folder, and among those shipped") {
  const Workshop workshop;
  const auto write = [&](const std::string& file, const std::string& description) {
    workshop.write(file, replaced(replaced(kSound, "name: mine", "name: tiny"), "a device", description));
  };
  CHECK(read_device_type("tiny", workshop.path()).description == "a device for tests");
  write("config/offramp/devices/tiny.yaml", "of the user");
  CHECK(read_device_type("tiny", workshop.path()).description == "of the user");
  write("tiny.yaml", "beside the scenario");
  CHECK(read_device_type("tiny", workshop.path()).description == "beside the scenario");
}

TEST_CASE("this machine is calibrated when it is first named") {
  const Workshop workshop;
  CHECK(workshop.problems_of([&] { read_device_type("this_machine", "."); }).size() == 1);
  int calibrations = 0;
  set_calibration([&] {
    ++calibrations;
    workshop.write("config/offramp/devices/this_machine.yaml",
                   replaced(kSound, "name: mine", "name: this_machine"));
  });
  CHECK(read_device_type("this_machine", ".").name == "this_machine");
  CHECK(read_device_type("this_machine", ".").name == "this_machine");
  CHECK(calibrations == 1);
  CHECK(list_device_types() == Texts{"huge", "this_machine", "tiny"});
  set_calibration(nullptr);
}

TEST_CASE("a device type's mistakes are told at their places") {
  const Workshop workshop;
  CHECK(problems(workshop, replaced(kSound, "name: mine", "name: yours")) ==
        Texts{R"(mine.yaml:1:7: name: "yours" is not the file's name; write "mine")"});
  CHECK(problems(workshop, replaced(kSound, "basis: measured", "basis: guessed")) ==
        Texts{R"(mine.yaml:3:8: basis: "guessed" is unknown; allowed: measured, from data sheet)"});
  CHECK(problems(workshop, replaced(kSound, "rate: 5GFLOP/s", "rate: 0GFLOP/s")) ==
        Texts{R"(mine.yaml:4:42: compute.rate: "0GFLOP/s" is out of range; it must be greater than 0)"});
  CHECK(problems(workshop, replaced(kSound, "busy: 6W", "busy: 1W")) ==
        Texts{"mine.yaml:7:25: power.busy: is less than power.idle"});
}

TEST_CASE("a device type that is not there is answered with those that are") {
  const Workshop workshop;
  CHECK(list_device_types() == Texts{"huge", "tiny"});
  CHECK(
      workshop.problems_of([&] { read_device_type("../tiny", "."); }) ==
      Texts{
          R"(there is no device type "../tiny"; allowed: huge, tiny (a file of your own ends in ".yaml"))"});
  CHECK(workshop.problems_of([&] { read_device_type("absent.yaml", workshop.path()); }) ==
        Texts{"absent.yaml: there is no such file"});
}

}  // namespace offramp
