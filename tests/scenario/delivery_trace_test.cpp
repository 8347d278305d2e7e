#include "sim/scenario/delivery_trace.hpp"

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

Texts problems_of(const Workshop& workshop, const std::string& text) {
  const auto file = workshop.write("trace.txt", text);
  return workshop.problems_of([&] { read_delivery_trace(file); });
}

std::string with_trace(const std::string& text) {
  return replaced(sound_scenario(), "wifi: {up: 20Mbps,", "wifi: {up: {trace: " + text + "},");
}

}  // namespace

TEST_CASE("a trace is one opportunity a line and lasts until the last one") {
  const Workshop workshop;
  const DeliveryTrace trace = read_delivery_trace(workshop.write("t", "0\n2\n2\r\n10"));
  CHECK(trace.opportunities_ms == std::vector<std::uint32_t>{0, 2, 2, 10});
  CHECK(trace.period_ms() == 10);
  CHECK(trace.mean_bytes_per_s() == Approx(4 * 1500 / 0.010));
}

TEST_CASE("every bad line of a trace is named") {
  const Workshop workshop;
  CHECK(problems_of(workshop, "1\n\n3\n2\nx\n4.5\n-1\n99999999999\n4\n") ==
        Texts{"trace.txt:2: is empty; write one whole number of milliseconds a line, as Mahimahi records it",
              "trace.txt:4: 2 comes after 3; times must not decrease",
              "trace.txt:5: \"x\" is no whole number; write one whole number of milliseconds a line, as "
              "Mahimahi records it",
              "trace.txt:6: \"4.5\" is no whole number; write one whole number of milliseconds a line, as "
              "Mahimahi records it",
              "trace.txt:7: \"-1\" is no whole number; write one whole number of milliseconds a line, as "
              "Mahimahi records it",
              "trace.txt:8: \"99999999999\" is too large"});
  CHECK(problems_of(workshop, std::string(100, '\n')).size() == 10);
}

TEST_CASE("a trace without content or duration is refused") {
  const Workshop workshop;
  CHECK(problems_of(workshop, "") ==
        Texts{"trace.txt: is empty; write one whole number of milliseconds a line, as Mahimahi records it"});
  CHECK(problems_of(workshop, "0\n0\n") ==
        Texts{"trace.txt:2: the trace ends at 0 ms and so lasts no time; its last line says how long it is"});
}

TEST_CASE("a scenario reports a trace's problems at the file's lines and a missing file at its own") {
  const Workshop workshop;
  workshop.write("bad.txt", "5\n4\n");
  CHECK(workshop.problems(with_trace("bad.txt")) ==
        Texts{"bad.txt:2: 4 comes after 5; times must not decrease"});
  CHECK(workshop.problems(with_trace("none.txt")) ==
        Texts{"scenario.yaml:13:24: network.access.wifi.up.trace: none.txt: there is no such file"});
  CHECK(workshop.problems(with_trace("{}")).size() == 1);
  CHECK(workshop.problems(replaced(sound_scenario(), "up: 20Mbps", "up: {file: x}")) ==
        Texts{"scenario.yaml:13:16: network.access.wifi.up: missing key \"trace\"; add for example "
              "\"trace: lte_up.txt\"",
              "scenario.yaml:13:17: network.access.wifi.up: unknown key \"file\"; allowed: trace"});
}

TEST_CASE("a resolved scenario names its traces so that it reads back") {
  const Workshop workshop;
  workshop.write("lte.txt", "1\n3\n");
  const Scenario first = workshop.read(with_trace("lte.txt"), {{"network.access.wifi.shared", "true"}});
  const AccessSpec& access = first.network.access.at("wifi");
  CHECK(access.up_trace->period_ms() == 3);
  CHECK(access.up_bytes_per_s == Approx(1e6));
  CHECK(access.shared);
  const Scenario second = workshop.read(first.resolved_yaml);
  CHECK(second.network == first.network);
  CHECK(second.resolved_yaml == first.resolved_yaml);
}

}  // namespace offramp
