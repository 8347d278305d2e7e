#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

std::string comparing(const std::string& entries) { return sound_scenario() + "compare:\n" + entries; }

constexpr const char* kThreeWays = R"(  - name: early_exit
  - name: cloud_only
    set:
      devices.0.policy: {rule: always}
      devices.0.offload: {from: input, codec: jpeg75}
  - name: edge_only
    set: {devices.0.policy.rule: never}
)";

}  // namespace

TEST_CASE("each comparison is a scenario of its own with what it sets") {
  const Workshop workshop;
  const Scenario base = workshop.read(comparing(kThreeWays));
  REQUIRE(base.compare.size() == 3);
  CHECK(base.compare[0].set.empty());
  CHECK(base.notes.empty());
  const auto entry = [&](std::size_t i, const std::vector<Override>& overrides) {
    return read_comparison(base.file, overrides, base.compare[i]);
  };
  CHECK(entry(0, {}).devices == base.devices);
  const Scenario cloud_only = entry(1, {{"devices.0.count", "7"}});
  CHECK(cloud_only.devices[0].policy.rule == "always");
  CHECK(cloud_only.devices[0].offload == OffloadSpec{"input", "jpeg75"});
  CHECK(cloud_only.devices[0].count == 7);
  CHECK(cloud_only.compare.empty());
  const Scenario edge_only = entry(2, {});
  CHECK(edge_only.devices[0].policy.rule == "never");
  CHECK(edge_only.notes ==
        Texts{"devices[0].policy.thresholds_nats is ignored: the rule never does not use it"});
}

TEST_CASE("what a comparison sets is checked with the scenario at its place in the file") {
  const Workshop workshop;
  CHECK(
      workshop.problems(comparing("  - name: slow\n    set: {network.uplink.bandwidht: 1Mbps}\n")) ==
      Texts{
          R"(scenario.yaml:19:11: in comparison slow: network.uplink: unknown key "bandwidht"; did you mean "bandwidth"?)"});
  CHECK(
      workshop.problems(comparing("  - name: slow\n    set: {devices.0.count: few}\n")) ==
      Texts{
          R"(scenario.yaml:19:28: in comparison slow: devices[0].count: "few" is not a whole number; allowed: 1 to 10000000)"});
}

TEST_CASE("a mistake of the scenario is not told again for each comparison") {
  const Workshop workshop;
  CHECK(
      workshop.problems(replaced(comparing(kThreeWays), "count: 100", "count: few")) ==
      Texts{R"(scenario.yaml:4:12: devices[0].count: "few" is not a whole number; allowed: 1 to 10000000)"});
}

TEST_CASE("comparisons have names of their own and never change the comparisons") {
  const Workshop workshop;
  CHECK(
      workshop.problems(comparing("  - name: a\n  - name: a\n")) ==
      Texts{
          R"(scenario.yaml:19:11: compare[1].name: "a" names two comparisons; give each a name of its own)"});
  CHECK(
      workshop.problems(comparing("  - name: A b\n")) ==
      Texts{
          R"(scenario.yaml:18:11: compare[0].name: "A b" is no name; allowed: small letters, digits, "_" and "-")"});
  const Texts nested = workshop.problems(comparing("  - name: a\n    set: {compare: []}\n"));
  REQUIRE(nested.size() == 1);
  CHECK(nested[0].find("a comparison cannot change the comparisons") != std::string::npos);
}

}  // namespace offramp
