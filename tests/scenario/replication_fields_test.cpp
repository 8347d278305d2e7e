#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

Scenario read_with(const Workshop& workshop, const std::string& line) {
  return workshop.read(line + "\n" + sound_scenario());
}

}  // namespace

TEST_CASE("replications may go on until an interval is narrow enough") {
  const Workshop workshop;
  const Scenario scenario =
      read_with(workshop, "replications: {until: {metric: latency_s.p95, half_width: 7%}, max: 50}");
  CHECK(scenario.replications == 50);
  CHECK(scenario.until == PrecisionGoal{"latency_s.p95", 0.07, true, 5});
  const Scenario absolute = read_with(
      workshop, "replications: {until: {metric: accuracy.top1, half_width: 0.01}, max: 4, least: 3}");
  CHECK(absolute.until == PrecisionGoal{"accuracy.top1", 0.01, false, 3});
  for (const Scenario& each : {scenario, absolute}) {
    const Scenario again = workshop.read(each.resolved_yaml);
    CHECK(again.until == each.until);
    CHECK(again.replications == each.replications);
    CHECK(again.resolved_yaml == each.resolved_yaml);
  }
}

TEST_CASE("a warm-up may be left to be measured") {
  const Workshop workshop;
  const Scenario scenario = read_with(workshop, "warmup: auto");
  CHECK(scenario.warmup_auto);
  CHECK(workshop.read(scenario.resolved_yaml).warmup_auto);
  CHECK(!read_with(workshop, "warmup: 3s").warmup_auto);
}

TEST_CASE("a goal that makes no sense is refused") {
  const Workshop workshop;
  const auto problems = [&](const std::string& line) {
    return workshop.problems(line + "\n" + sound_scenario());
  };
  CHECK(problems("replications: {until: {metric: a, half_width: 0%}, max: 9}").size() == 1);
  CHECK(problems("replications: {until: {metric: a, half_width: 2%}, max: 1}").size() == 1);
  CHECK(problems("replications: {until: {metric: a, half_width: 2%}, max: 9, least: 10}").size() == 1);
  CHECK(problems("replications: {until: {metric: a, half_widht: 2%}, max: 9}").size() == 1);
  CHECK(problems("replications: {max: 9}").size() == 1);
  CHECK(problems("warmup: automatic").size() == 1);
}

}  // namespace offramp
