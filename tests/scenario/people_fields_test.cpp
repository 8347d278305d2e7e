#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kByCells = R"(network: darknet53_cells
data: mall
input: [3, 112, 224]
classes: 2
cells: [7, 7]
exits: 4
)";

/// The sound scenario on a network by cells with these lines in its group of devices, from line 10 on.
std::string with_lines(const Workshop& workshop, const std::string& lines) {
  workshop.write("by_cells/model.yaml", kByCells);
  return replaced(replaced(sound_scenario(), "model: four_exits", "model: ./by_cells"), "    access: wifi",
                  lines + "    access: wifi");
}

}  // namespace

TEST_CASE("a group says which frames its cameras show and what share of cells they send") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(with_lines(workshop, "    people: {replay: mall}\n    cells: {ratio: 12.5%}\n"));
  CHECK(scenario.devices[0].people == PeopleSpec{"mall"});
  CHECK(scenario.devices[0].cell_ratio == 0.125);
  const Scenario again = workshop.read(scenario.resolved_yaml);
  CHECK(again.devices == scenario.devices);
  CHECK(again.resolved_yaml == scenario.resolved_yaml);
  const Scenario without = workshop.read(with_lines(workshop, ""));
  CHECK(!without.devices[0].people);
  CHECK(!without.devices[0].cell_ratio);
}

TEST_CASE("a group says how the number of people moves") {
  const Workshop workshop;
  const Scenario scenario =
      workshop.read(with_lines(workshop,
                               "    people: {mean: 30.5, variance: 58.6, correlation_time: 29s, "
                               "cross_camera_correlation: 20%, stay_shape: 2}\n"));
  CHECK(scenario.devices[0].people == PeopleSpec{"", PeopleMoments{30.5, 58.6, 29, 0.2, 2}});
  const Scenario again = workshop.read(scenario.resolved_yaml);
  CHECK(again.devices == scenario.devices);
  CHECK(again.resolved_yaml == scenario.resolved_yaml);
  const Scenario shortest =
      workshop.read(with_lines(workshop, "    people: {mean: 3, variance: 3, correlation_time: 0s}\n"));
  CHECK(shortest.devices[0].people->moments == PeopleMoments{3, 3, 0});
}

TEST_CASE("moments that no number of people has are refused with those that it can have") {
  const Workshop workshop;
  const auto problems = [&](const std::string& people) {
    return workshop.problems(with_lines(workshop, "    people: {" + people + "}\n"));
  };
  CHECK(
      problems("mean: 2.5, variance: 0.2, correlation_time: 5s") ==
      Texts{
          R"(scenario.yaml:10:35: devices[0].people.variance: "0.2" is less than whole numbers with a mean of 2.5 )"
          "can have; allowed: 0.25 (their fraction times one less it) and more"});
  CHECK(
      problems("mean: 2, variance: 1, correlation_time: 5s, stay_shape: 2") ==
      Texts{
          R"(scenario.yaml:10:70: devices[0].people.stay_shape: "2" needs a variance of at least the mean; below it )"
          "the shape is 1"});
  CHECK(problems("mean: 2, variance: 4, correlation_time: 0s, cross_camera_correlation: 0.1").size() == 1);
  CHECK(problems("mean: 0.5, variance: 0.25, correlation_time: 5s, cross_camera_correlation: 0.5").size() ==
        1);
  CHECK(problems("mean: 2, variance: 1e6, correlation_time: 5s").size() == 1);
  CHECK(problems("mean: -2, variance: 1, correlation_time: 5").size() == 2);
  CHECK(problems("mean: 2, variance: 4").size() == 1);
  CHECK(problems("mean: 2, variance: 4, correlation_time: 5s, cross_camera_correlation: -0.1").size() == 1);
  CHECK(problems("mean: 2, variance: 4, correlation_time: 5s, stay_shape: 1000").size() == 1);
  const Texts both = problems("replay: mall, mean: 2");
  REQUIRE(both.size() == 1);
  CHECK(both[0] ==
        "scenario.yaml:10:34: devices[0].people.mean: cannot stand beside replay, which shows the frames in "
        "their "
        "order; leave out one of the two");
}

TEST_CASE("people and cells are refused where nothing answers by cells") {
  const Workshop workshop;
  const std::string text = replaced(sound_scenario(), "    access: wifi",
                                    "    people: {replay: test}\n    cells: {ratio: 0.5}\n    access: wifi");
  const Texts problems = workshop.problems(text);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0] ==
        "scenario.yaml:10:13: devices[0].people: four_exits names one class for an image; this is for a "
        "network that "
        "answers by cells (\"cells: [7, 7]\" in its model.yaml)");
  CHECK(problems[1].starts_with("scenario.yaml:11:12: devices[0].cells: four_exits names one class"));
}

TEST_CASE("a ratio of cells stands beside nothing else that says what is sent") {
  const Workshop workshop;
  const auto problems = [&](const std::string& piece, const std::string& by) {
    return workshop.problems(replaced(with_lines(workshop, "    cells: {ratio: 0.5}\n"), piece, by));
  };
  CHECK(problems("ratio: 0.5", "ratio: 1.5") ==
        Texts{R"(scenario.yaml:10:20: devices[0].cells.ratio: "1.5" is out of range; allowed: 0 to 1)"});
  CHECK(problems("ratio: 0.5", "share: 0.5").size() >= 1);
  CHECK(
      problems("from: exit 1", "from: input") ==
      Texts{
          "scenario.yaml:10:12: devices[0].cells: is the share of the cells of a feature that is sent, so "
          "that the "
          "group needs an offload from an exit, for example \"offload: {from: exit 0, codec: int8_zstd}\""});
  CHECK(problems("{rule: entropy, thresholds_nats: [0.3, 0.2, 0.1]}", "{rule: never}") ==
        Texts{"scenario.yaml:10:12: devices[0].cells: says what is sent, and so does the rule never; leave "
              "out one of "
              "the two"});
}

TEST_CASE("rates of devices are kept for as many windows as memory holds") {
  const Workshop workshop;
  CHECK(workshop.read(sound_scenario() + "output: {transfer_rates: true}\n").output.transfer_rates);
  CHECK(!workshop.read(sound_scenario()).output.transfer_rates);
  const std::string many = replaced(sound_scenario(), "count: 100", "count: 10000");
  CHECK(
      workshop.problems(many + "output: {transfer_rates: true}\n") ==
      Texts{
          "scenario.yaml:17:26: output.transfer_rates: 1e+04 devices over 600 s are 6e+07 windows of 0.1 s; "
          "allowed: up to 5e+07; simulate a shorter time, or fewer devices"});
}

}  // namespace offramp
