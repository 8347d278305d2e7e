#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("overrides replace values in their order and may add keys that the file leaves out") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(sound_scenario(), {{"devices.0.count", "200"},
                                       {"devices.0.count", "300"},
                                       {"cloud.batch.max", "8"},
                                       {"deadline", "200ms"},
                                       {"devices.0.policy.thresholds_nats", "[1, 2, 3]"}});
  CHECK(scenario.devices[0].count == 300);
  CHECK(scenario.cloud.batch_max == 8);
  CHECK(scenario.deadline_s == 0.2);
  CHECK(scenario.devices[0].policy.thresholds == std::vector<double>{1, 2, 3});
}

TEST_CASE("a map replaces the whole map") {
  const Workshop workshop;
  const Scenario scenario = workshop.read(sound_scenario(), {{"devices.0.policy", "{rule: always}"}});
  CHECK(scenario.devices[0].policy.rule == "always");
  CHECK(scenario.devices[0].policy.thresholds.empty());
  CHECK(scenario.notes.empty());
}

TEST_CASE("null removes a key") {
  const Workshop workshop;
  CHECK(!workshop.read(sound_scenario(), {{"devices.0.offload", "null"}}).devices[0].offload);
  CHECK(workshop.problems(sound_scenario(), {{"duration", "~"}}) ==
        Texts{R"(scenario.yaml:1:1: missing key "duration"; add for example "duration: 3min")"});
}

TEST_CASE("a misspelt path is answered with the key it should be") {
  const Workshop workshop;
  CHECK(workshop.problems(sound_scenario(), {{"devices.0.cuont", "3"}}) ==
        Texts{R"(--set devices.0.cuont: devices[0]: unknown key "cuont"; did you mean "count"?)"});
  CHECK(workshop.problems(sound_scenario(), {{"clod.servers", "3"}}) ==
        Texts{R"(--set clod.servers: unknown key "clod"; did you mean "cloud"?)"});
}

TEST_CASE("a path through a list or a scalar that leads nowhere is refused") {
  const Workshop workshop;
  CHECK(workshop.problems(sound_scenario(), {{"devices.1.count", "3"}}) ==
        Texts{R"(--set devices.1.count: devices is a list of 1, numbered from 0; there is no "1" in it)"});
  CHECK(workshop.problems(sound_scenario(), {{"devices.count", "3"}}) ==
        Texts{R"(--set devices.count: devices is a list of 1, numbered from 0; there is no "count" in it)"});
  CHECK(workshop.problems(sound_scenario(), {{"name.x", "3"}}) ==
        Texts{R"(--set name.x: name is "campus", so it has no part "x")"});
  CHECK(workshop.problems(sound_scenario(), {{"devices..count", "3"}}) ==
        Texts{"--set devices..count: a dotted path has no empty part; write for example devices.0.count"});
}

TEST_CASE("a wrong value names the override and not the file") {
  const Workshop workshop;
  CHECK(
      workshop.problems(sound_scenario(), {{"network.uplink.bandwidth", "50"}}) ==
      Texts{
          R"(--set network.uplink.bandwidth: network.uplink.bandwidth: "50" has no unit; write "50Mbps" (bits) or "6.25MBps" (bytes))"});
  CHECK(workshop.problems(sound_scenario(), {{"devices.0.policy", "{rule: fixed, exit: 9}"}}) ==
        Texts{R"(--set devices.0.policy: devices[0].policy.exit: "9" is out of range; allowed: 0 to 3)"});
  CHECK(workshop.problems(sound_scenario(), {{"seed", ""}}) ==
        Texts{"--set seed: has no value; write null to remove the key"});
  const Texts broken = workshop.problems(sound_scenario(), {{"seed", "[1"}});
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].starts_with("--set seed: not valid YAML: "));
}

TEST_CASE("a parameter that the rule does not use is noted when one of the two was overridden") {
  const Workshop workshop;
  const Scenario by_rule = workshop.read(sound_scenario(), {{"devices.0.policy.rule", "never"}});
  CHECK(by_rule.devices[0].policy.thresholds.empty());
  CHECK(by_rule.notes ==
        Texts{"devices[0].policy.thresholds_nats is ignored: the rule never does not use it"});
  const Scenario by_parameter = workshop.read(sound_scenario(), {{"devices.0.policy.exit", "1"}});
  CHECK(!by_parameter.devices[0].policy.exit);
  CHECK(by_parameter.notes == Texts{"devices[0].policy.exit is ignored: the rule entropy does not use it"});
}

TEST_CASE("overridden thresholds of one kind beat those of the other in the file") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(sound_scenario(), {{"devices.0.policy.thresholds_normalized", "[0, 0, 0]"}});
  CHECK(scenario.devices[0].policy.thresholds == std::vector<double>{0, 0, 0});
  CHECK(scenario.notes == Texts{"devices[0].policy.thresholds_nats is ignored: an override gives "
                                "devices[0].policy.thresholds_normalized"});
}

TEST_CASE("an override on the command line is a key and a value") {
  CHECK(parse_override("devices.0.count=300") == Override{"devices.0.count", "300"});
  CHECK(parse_override("a=b=c") == Override{"a", "b=c"});
  CHECK_THROWS_WITH(parse_override("count"),
                    "--set count: is not KEY=VALUE; write for example --set devices.0.count=300");
  CHECK_THROWS_AS(parse_override("=3"), UserError);
}

}  // namespace offramp
