#include <vector>

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

/// The sound scenario with a deadline and a group that adapts; `adapt` stands on line 11.
std::string with_adapt(const std::string& adapt) {
  const std::string text =
      replaced(sound_scenario(), "duration: 10min\n", "duration: 10min\ndeadline: 200ms\n");
  return replaced(text, "    access: wifi\n", "    adapt: " + adapt + "\n    access: wifi\n");
}

constexpr const char* kNever = "settings: [{policy: {rule: never}}]";

std::string with_rule(const std::string& rule) { return with_adapt("{" + rule + ", " + kNever + "}"); }

}  // namespace

TEST_CASE("a setting has what it says, and the group's own of what it does not") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(with_adapt("{rule: deadline, margins: [50%, 0.6, 1], settings: [{policy: {rule: entropy, "
                               "thresholds_nats: [1, 1, 1]}}, "
                               "{offload: {from: exit 0, codec: raw_f32}}, {policy: {rule: never}}]}"));
  REQUIRE(scenario.devices[0].adapt);
  const AdaptSpec& adapt = *scenario.devices[0].adapt;
  CHECK(scenario.devices[0].adapts());
  CHECK(adapt.rule == "deadline");
  CHECK(adapt.margins == std::vector<double>{0.5, 0.6, 1});
  REQUIRE(adapt.settings.size() == 3);
  const DeviceGroup& group = scenario.devices[0];
  CHECK(adapt.settings[0] == SettingSpec{{"entropy", {1, 1, 1}}, *group.offload});
  CHECK(adapt.settings[1] == SettingSpec{group.policy, OffloadSpec{"exit 0", "raw_f32"}});
  CHECK(adapt.settings[2] == SettingSpec{{"never", {}}, *group.offload});
}

TEST_CASE("what a group adapts by reads back from the resolved scenario") {
  const Workshop workshop;
  for (const std::string rule :
       {"rule: queue, frames: [3]", "rule: transfers, times: [120ms], gain: 0.5, memory: 2s",
        "rule: deadline, margins: [0.7], gain: 10%", "rule: deadline", "rule: none"}) {
    INFO(rule);
    const Scenario first = workshop.read(with_rule(rule));
    const Scenario second = workshop.read(first.resolved_yaml);
    CHECK(first.devices == second.devices);
    CHECK(first.resolved_yaml == second.resolved_yaml);
  }
  CHECK_FALSE(workshop.read(with_rule("rule: none")).devices[0].adapts());
}

TEST_CASE("the rules are told from each other by their parameters") {
  const Workshop workshop;
  CHECK(workshop.problems(with_rule("rule: dedline")) ==
        Texts{"scenario.yaml:11:19: devices[0].adapt.rule: \"dedline\" is unknown; did you mean "
              "\"deadline\"?"});
  CHECK(workshop.problems(with_rule("rule: queue")) ==
        Texts{"scenario.yaml:11:12: devices[0].adapt: missing key \"frames\"; the rule queue needs it, for "
              "example \"frames: [2]\""});
  CHECK(
      workshop.problems(with_rule("rule: queue, frames: [2], margins: [1]")) ==
      Texts{
          "scenario.yaml:11:48: devices[0].adapt.margins: the rule queue does not use this; it uses frames"});
  CHECK(workshop.problems(with_rule("rule: transfers, times: [1s, 2s]")) ==
        Texts{"scenario.yaml:11:37: devices[0].adapt.times: has 2 values, but 1 setting stands behind the "
              "group's own; give one each"});
  CHECK(workshop.problems(with_rule("rule: queue, frames: [2, 2]")) ==
        Texts{"scenario.yaml:11:34: devices[0].adapt.frames: must ascend: each bound leads one setting "
              "further"});
}

TEST_CASE("an override that switches the rule makes other rules' parameters notes") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(with_rule("rule: queue, frames: [2]"), {{"devices.0.adapt.rule", "none"}});
  CHECK(scenario.devices[0].adapt->rule == "none");
  CHECK(scenario.notes == Texts{"devices[0].adapt.frames is ignored: the rule none does not use it"});
}

TEST_CASE("the rule deadline needs a deadline") {
  const Workshop workshop;
  CHECK(workshop.problems(replaced(with_rule("rule: deadline"), "deadline: 200ms\n", "")) ==
        Texts{"scenario.yaml:10:19: devices[0].adapt.rule: the rule deadline needs one: add for example "
              "\"deadline: 200ms\" to the scenario"});
}

TEST_CASE("settings must differ, exist and go to where the group's own goes") {
  const Workshop workshop;
  CHECK(workshop.problems(with_adapt("{rule: none, settings: []}")) ==
        Texts{"scenario.yaml:11:35: devices[0].adapt.settings: is empty; give what to change to, for example "
              "[{policy: {rule: never}}]"});
  CHECK(workshop.problems(with_adapt("{rule: none, settings: [{}]}")) ==
        Texts{"scenario.yaml:11:36: devices[0].adapt.settings[0]: is the group's own setting again; say what "
              "differs: policy or offload"});
  CHECK(workshop.problems(replaced(with_rule("rule: none"), "from: exit 1", "from: input")).size() == 1);
  CHECK(workshop.problems(
            replaced(with_rule("rule: none"), "    offload: {from: exit 1, codec: int8_zstd}\n", "")) ==
        Texts{"scenario.yaml:10:12: devices[0].adapt: a group that adapts needs offload, for example "
              "\"offload: {from: exit 0, codec: int8_zstd}\""});
  const std::string gateway =
      replaced(with_adapt("{rule: none, settings: [{offload: {from: exit 0, codec: raw_f32, to: gateway}}]}"),
               "  uplink:", "  gateway: {type: tiny}\n  uplink:");
  CHECK(
      workshop.problems(gateway) ==
      Texts{"scenario.yaml:11:46: devices[0].adapt.settings[0].offload: does not go to where the group's own "
            "offload goes; adapting cannot change that"});
}

}  // namespace offramp
