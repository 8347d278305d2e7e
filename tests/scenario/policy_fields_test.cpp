#include <cmath>

#include "sim/scenario/policy_rules.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;
constexpr const char* kPolicy = "{rule: entropy, thresholds_nats: [0.3, 0.2, 0.1]}";
constexpr const char* kOffload = "    offload: {from: exit 1, codec: int8_zstd}\n";

std::string with_policy(const std::string& policy) { return replaced(sound_scenario(), kPolicy, policy); }

}  // namespace

TEST_CASE("there is one threshold for each exit before the final one") {
  const Workshop workshop;
  CHECK(workshop.problems(with_policy("{rule: entropy, thresholds_nats: [0.3, 0.2]}")) ==
        Texts{"scenario.yaml:8:46: devices[0].policy.thresholds_nats: 2 values, but four_exits has 3 exits "
              "before the "
              "final one; give 3"});
  const std::string two = replaced(sound_scenario(), "model: four_exits", "model: two_exits");
  CHECK(workshop.problems(replaced(two, "from: exit 1", "from: exit 0")) ==
        Texts{"scenario.yaml:8:46: devices[0].policy.thresholds_nats: 3 values, but two_exits has 1 exit "
              "before the "
              "final one; give 1"});
}

TEST_CASE("normalised thresholds are shares of the largest entropy and may be percentages") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(with_policy("{rule: entropy, thresholds_normalized: [0.5, 20%, 1]}"));
  // The largest entropy of ten classes is ln 10.
  const std::vector<double>& thresholds = scenario.devices[0].policy.thresholds;
  REQUIRE(thresholds.size() == 3);
  CHECK(thresholds[0] == Approx(0.5 * std::log(10)));
  CHECK(thresholds[1] == Approx(0.2 * std::log(10)));
  CHECK(thresholds[2] == Approx(std::log(10)));
}

TEST_CASE("thresholds outside their range are refused") {
  const Workshop workshop;
  CHECK(
      workshop.problems(with_policy("{rule: entropy, thresholds_nats: [0.3, -0.2, nan]}")) ==
      Texts{
          R"(scenario.yaml:8:52: devices[0].policy.thresholds_nats[1]: "-0.2" is out of range; it must be at least 0)",
          R"(scenario.yaml:8:58: devices[0].policy.thresholds_nats[2]: "nan" is not a number; it must be at least 0)"});
  CHECK(
      workshop.problems(with_policy("{rule: entropy, thresholds_normalized: [0.3, 120%, 1.5]}")) ==
      Texts{
          R"(scenario.yaml:8:58: devices[0].policy.thresholds_normalized[1]: "120%" is out of range; allowed: 0 to 1)",
          R"(scenario.yaml:8:64: devices[0].policy.thresholds_normalized[2]: "1.5" is out of range; allowed: 0 to 1)"});
}

TEST_CASE("both kinds of thresholds or none are refused") {
  const Workshop workshop;
  CHECK(workshop.problems(
            with_policy("{rule: entropy, thresholds_nats: [1, 1, 1], thresholds_normalized: [1, 1, 1]}")) ==
        Texts{"scenario.yaml:8:80: devices[0].policy.thresholds_normalized: stands beside thresholds_nats; "
              "give one of "
              "the two"});
  CHECK(
      workshop.problems(with_policy("{rule: entropy}")) ==
      Texts{
          R"(scenario.yaml:8:13: devices[0].policy: missing key "thresholds_nats" (or "thresholds_normalized"): 3 values for four_exits)"});
}

TEST_CASE("a fixed exit must be one of the network") {
  const Workshop workshop;
  CHECK(workshop.read(with_policy("{rule: fixed, exit: 3}")).devices[0].policy.exit == 3U);
  CHECK(workshop.problems(with_policy("{rule: fixed, exit: 4}")) ==
        Texts{R"(scenario.yaml:8:33: devices[0].policy.exit: "4" is out of range; allowed: 0 to 3)"});
  CHECK(
      workshop.problems(with_policy("{rule: fixed}")) ==
      Texts{
          R"(scenario.yaml:8:13: devices[0].policy: missing key "exit"; the rule fixed needs it, for example "exit: 0")"});
}

TEST_CASE("a parameter that the rule does not use is refused in a file") {
  const Workshop workshop;
  CHECK(workshop.problems(with_policy("{rule: never, thresholds_nats: [1]}")) ==
        Texts{"scenario.yaml:8:44: devices[0].policy.thresholds_nats: the rule never does not use this; it "
              "uses no "
              "parameters"});
  CHECK(workshop.problems(with_policy("{rule: entropy, thresholds_nats: [1, 1, 1], exit: 1}")) ==
        Texts{"scenario.yaml:8:63: devices[0].policy.exit: the rule entropy does not use this; it uses "
              "thresholds_nats "
              "or thresholds_normalized, and temperatures"});
  CHECK(
      workshop.problems(with_policy("{rule: router, thresholds: [0.5, 0.5, 0.5], temperatures: profile}")) ==
      Texts{"scenario.yaml:8:71: devices[0].policy.temperatures: the rule router does not use this; it uses "
            "thresholds"});
}

TEST_CASE("rules of a score between 0 and 1 take thresholds as shares") {
  const Workshop workshop;
  for (const std::string rule : {"max_probability", "margin", "router"}) {
    const Scenario scenario = workshop.read(with_policy("{rule: " + rule + ", thresholds: [0.9, 80%, 0]}"));
    CHECK(scenario.devices[0].policy.rule == rule);
    CHECK(scenario.devices[0].policy.thresholds == std::vector<double>{0.9, 0.8, 0});
  }
  CHECK(
      workshop.problems(with_policy("{rule: margin, thresholds: [0.9, 1.2, 0]}")) ==
      Texts{
          R"(scenario.yaml:8:46: devices[0].policy.thresholds[1]: "1.2" is out of range; allowed: 0 to 1)"});
  CHECK(workshop.problems(with_policy("{rule: margin, thresholds: [0.9, 1]}")) ==
        Texts{"scenario.yaml:8:40: devices[0].policy.thresholds: 2 values, but four_exits has 3 exits before "
              "the final "
              "one; give 3"});
  CHECK(workshop.problems(with_policy("{rule: margin}")) ==
        Texts{R"(scenario.yaml:8:13: devices[0].policy: missing key "thresholds": 3 values for four_exits)"});
  CHECK(workshop.problems(with_policy("{rule: margin, thresholds_nats: [1, 1, 1]}")).size() == 2);
}

TEST_CASE("patience is a number of exits") {
  const Workshop workshop;
  CHECK(workshop.read(with_policy("{rule: patience, patience: 2}")).devices[0].policy.patience == 2U);
  CHECK(workshop.problems(with_policy("{rule: patience, patience: 0}")) ==
        Texts{R"(scenario.yaml:8:40: devices[0].policy.patience: "0" is out of range; allowed: 1 to 1000)"});
  CHECK(
      workshop.problems(with_policy("{rule: patience}")) ==
      Texts{
          R"(scenario.yaml:8:13: devices[0].policy: missing key "patience"; the rule patience needs it, for example "patience: 1")"});
}

TEST_CASE("temperatures are the profile's or one for each exit before the final one") {
  const Workshop workshop;
  const auto with_temperatures = [](const std::string& value) {
    return with_policy("{rule: margin, thresholds: [0.9, 0.9, 0.9], temperatures: " + value + "}");
  };
  const PolicySpec given = workshop.read(with_temperatures("[1.5, 2, 0.5]")).devices[0].policy;
  CHECK(given.temperatures == std::vector<double>{1.5, 2, 0.5});
  CHECK_FALSE(given.temperatures_of_profile);
  CHECK(workshop.read(with_temperatures("profile")).devices[0].policy.temperatures_of_profile);
  CHECK(workshop.problems(with_temperatures("[1.5, 2]")) ==
        Texts{"scenario.yaml:8:71: devices[0].policy.temperatures: 2 values, but four_exits has 3 exits "
              "before the final "
              "one; give 3"});
  CHECK(
      workshop.problems(with_temperatures("[1.5, 0, 1]")) ==
      Texts{
          R"(scenario.yaml:8:77: devices[0].policy.temperatures[1]: "0" is out of range; it must be greater than 0)"});
  CHECK(workshop.problems(with_temperatures("fitted")) ==
        Texts{"scenario.yaml:8:71: devices[0].policy.temperatures: \"fitted\" is neither \"profile\" nor a "
              "list with one "
              "value for each exit before the final one"});
}

TEST_CASE("every rule resolves to what reads back the same") {
  const Workshop workshop;
  for (const std::string policy :
       {"{rule: max_probability, thresholds: [0.9, 0.8, 0.1]}",
        "{rule: margin, thresholds: [0.9, 0.8, 0.1], temperatures: [1.5, 2, 1]}",
        "{rule: entropy, thresholds_nats: [0.3, 0.2, 0.1], temperatures: profile}",
        "{rule: router, thresholds: [0.5, 0.5, 0.5]}", "{rule: patience, patience: 2}",
        "{rule: fixed, exit: 3}", "{rule: never}", "{rule: always}"}) {
    const Scenario first = workshop.read(with_policy(policy));
    CHECK(first.resolved_yaml.find("policy: " + policy) != std::string::npos);
    const Scenario second = workshop.read(first.resolved_yaml);
    CHECK(second.devices[0].policy == first.devices[0].policy);
    CHECK(second.resolved_yaml == first.resolved_yaml);
  }
}

TEST_CASE("an unknown rule is answered with the nearest") {
  const Workshop workshop;
  CHECK(
      workshop.problems(with_policy("{rule: entropie}")) ==
      Texts{R"(scenario.yaml:8:20: devices[0].policy.rule: "entropie" is unknown; did you mean "entropy"?)"});
}

TEST_CASE("the split must lie before the final exit") {
  const Workshop workshop;
  const auto from = [&](const std::string& split) {
    return workshop.problems(replaced(sound_scenario(), "from: exit 1", "from: " + split));
  };
  CHECK(from("input").empty());
  CHECK(from("exit 2").empty());
  CHECK(
      from("exit 3") ==
      Texts{
          R"(scenario.yaml:9:21: devices[0].offload.from: "exit 3" is not before the final exit of four_exits; allowed: input, exit 0, exit 1, exit 2)"});
  CHECK(
      from("conv2") ==
      Texts{
          R"(scenario.yaml:9:21: devices[0].offload.from: "conv2" is no split point; allowed: input, exit 0, exit 1, exit 2)"});
}

TEST_CASE("always needs an offload and never needs an exit before the split") {
  const Workshop workshop;
  CHECK(
      workshop.problems(replaced(with_policy("{rule: always}"), kOffload, "")) ==
      Texts{
          R"(scenario.yaml:8:13: devices[0].policy: the rule always sends every request, so the group needs for example "offload: {from: input, codec: jpeg75}")"});
  CHECK(
      workshop.problems(replaced(with_policy("{rule: never}"), "from: exit 1", "from: input")) ==
      Texts{
          R"(scenario.yaml:9:21: devices[0].offload.from: no exit lies before "input", so with the rule never nothing could answer; allowed: exit 0, exit 1, exit 2, or no offload)"});
  CHECK(workshop.problems(replaced(with_policy("{rule: never}"), kOffload, "")).empty());
}

TEST_CASE("every rule explains itself and is found by its name") {
  for (const PolicyRule& rule : policy_rules()) {
    CHECK(find_policy_rule(rule.name) == &rule);
    CHECK(!rule.explanation.empty());
  }
  CHECK(find_policy_rule("sometimes") == nullptr);
}

TEST_CASE("a timeout of the offload is read and is above 0") {
  const Workshop workshop;
  const auto with_offload = [](const std::string& offload) {
    return replaced(sound_scenario(), "{from: exit 1, codec: int8_zstd}", offload);
  };
  const Scenario scenario = workshop.read(with_offload("{from: exit 1, codec: int8_zstd, timeout: 150ms}"));
  CHECK(scenario.devices[0].offload == OffloadSpec{"exit 1", "int8_zstd", 0.15});
  CHECK(!workshop.read(sound_scenario()).devices[0].offload->timeout_s);
  CHECK(
      workshop.problems(with_offload("{from: exit 1, codec: int8_zstd, timeout: 0s}")) ==
      Texts{
          R"(scenario.yaml:9:56: devices[0].offload.timeout: "0s" is out of range; it must be greater than 0)"});
}

TEST_CASE("a timeout needs an exit on the device") {
  const Workshop workshop;
  const std::string image = replaced(sound_scenario(), "{from: exit 1, codec: int8_zstd}",
                                     "{from: input, codec: jpeg75, timeout: 150ms}");
  CHECK(
      workshop.problems(image) ==
      Texts{
          "scenario.yaml:9:52: devices[0].offload.timeout: no exit lies before the split point \"input\", so "
          "no exit on the device could answer after a timeout; offload from exit 0, exit 1, exit 2, or "
          "remove the timeout"});
}

}  // namespace offramp
