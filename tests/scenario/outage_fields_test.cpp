#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

std::string with_outage(const std::string& outage) {
  return sound_scenario() + "outages:\n  - " + outage + "\n";
}

}  // namespace

TEST_CASE("outages are read with what fails and when and resolve to the same") {
  const Workshop workshop;
  const Scenario first = workshop.read(sound_scenario() + R"(outages:
  - {what: uplink, from: 1min, for: 10s}
  - {what: access, device: 99, mtbf: 1h, mttr: 30s}
  - {what: device, group: 0, from: 0s, for: 0.5s}
)");
  REQUIRE(first.outages.size() == 3);
  CHECK(first.outages[0].what == OutageSpec::What::uplink);
  CHECK(!first.outages[0].gateway);
  CHECK(first.outages[0].from_s == 60);
  CHECK(first.outages[0].for_s == 10);
  CHECK(!first.outages[0].at_random());
  CHECK(first.outages[1].device == 99);
  CHECK(first.outages[1].mtbf_s == 3600);
  CHECK(first.outages[1].at_random());
  CHECK(first.outages[2].group == 0);
  const Scenario second = workshop.read(first.resolved_yaml);
  CHECK(second.outages == first.outages);
  CHECK(second.resolved_yaml == first.resolved_yaml);
}

TEST_CASE("an outage says when it is in one of two ways") {
  const Workshop workshop;
  const std::string message =
      "scenario.yaml:18:5: outages[0]: needs either \"from\" and \"for\" (\"from: 60s, for: 10s\") or "
      "\"mtbf\" "
      "and \"mttr\" (\"mtbf: 1h, mttr: 30s\")";
  CHECK(workshop.problems(with_outage("{what: uplink}")) == Texts{message});
  CHECK(workshop.problems(with_outage("{what: uplink, from: 1s}")) == Texts{message});
  CHECK(workshop.problems(with_outage("{what: uplink, from: 1s, for: 1s, mtbf: 1h}")) == Texts{message});
  CHECK(workshop.problems(with_outage("{what: uplink, mtbf: 0s, mttr: 1s}")).size() == 1);
}

TEST_CASE("an outage names what there is") {
  const Workshop workshop;
  CHECK(workshop.problems(with_outage("{what: cloud, from: 1s, for: 1s}")).size() == 1);
  CHECK(workshop.problems(with_outage("{what: uplink, gateway: 1, from: 1s, for: 1s}")).size() == 1);
  CHECK(workshop.problems(with_outage("{what: access, device: 100, from: 1s, for: 1s}")).size() == 1);
  CHECK(workshop.problems(with_outage("{what: access, group: 1, from: 1s, for: 1s}")).size() == 1);
  CHECK(workshop.problems(with_outage("{what: uplink, device: 1, from: 1s, for: 1s}")).size() == 1);
  CHECK(workshop.problems(with_outage("{what: access, group: 0, device: 1, from: 1s, for: 1s}")).size() == 1);
}

}  // namespace offramp
