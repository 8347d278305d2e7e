#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;
using Process = ArrivalSpec::Process;

std::string with_arrivals(const std::string& arrivals) {
  return replaced(sound_scenario(), "{process: poisson, rate: 2/s}", arrivals);
}

ArrivalSpec arrivals_of(const Workshop& workshop, const std::string& arrivals) {
  return workshop.read(with_arrivals(arrivals)).devices.at(0).arrivals;
}

}  // namespace

TEST_CASE("every arrival process is read with its parameters and its rate in the long run") {
  const Workshop workshop;
  workshop.write("door.txt", "# when the door opened\n0\n1.5\n1.5\n1e1\n");
  CHECK(arrivals_of(workshop, "{process: periodic, rate: 2/s}").jitter_s == 0);
  CHECK(arrivals_of(workshop, "{process: periodic, rate: 2/s, jitter: 500ms}").jitter_s == 0.5);

  const ArrivalSpec bursts =
      arrivals_of(workshop, "{process: mmpp, states: [{rate: 0.5/s, mean: 20s}, {rate: 10/s, mean: 2s}]}");
  CHECK(bursts.process == Process::mmpp);
  CHECK(bursts.states == std::vector<MmppState>{{0.5, 20}, {10, 2}});
  CHECK(bursts.rate_per_s == Approx(30.0 / 22));

  const ArrivalSpec trace = arrivals_of(workshop, "{process: trace, file: door.txt, loop: 16s}");
  REQUIRE(trace.trace);
  CHECK(*trace.trace->times_s == std::vector<double>{0, 1.5, 1.5, 10});
  CHECK(trace.trace->random_offset);
  CHECK(trace.trace->file == workshop.path() / "door.txt");
  CHECK(trace.rate_per_s == 0.25);
  CHECK(!arrivals_of(workshop, "{process: trace, file: door.txt, loop: 16s, offset: none}")
             .trace->random_offset);

  const ArrivalSpec day = arrivals_of(
      workshop, "{process: phases, phases: [{at: 06:00, rate: 2/s}, {at: 20:30:15, rate: 6/min}]}");
  CHECK(day.phases == std::vector<RatePhase>{{21600, 2}, {73815, 0.1}});
  CHECK(day.rate_per_s == Approx((2 * 52215 + 0.1 * 34185) / 86400));
}

TEST_CASE("every arrival process is resolved to what reads back to it") {
  const Workshop workshop;
  workshop.write("door.txt", "0\n1.5\n10\n");
  for (const std::string arrivals :
       {"{process: periodic, rate: 7/min, jitter: 1.7ms}", "{process: trace, file: door.txt, loop: 0.3min}",
        "{process: trace, file: door.txt, loop: 1h, offset: none}",
        "{process: mmpp, states: [{rate: 0/s, mean: 1min}, {rate: 3/s, mean: 2s}, {rate: 1/h, mean: 1d}]}",
        "{process: phases, phases: [{at: 00:00, rate: 0/s}, {at: 00:00:01, rate: 2/s}, {at: 23:59, rate: "
        "1/h}]}"}) {
    const Scenario first =
        workshop.read(replaced(with_arrivals(arrivals), "duration", "start: 18:30:05\nduration"));
    const Scenario second = read_scenario(workshop.write("elsewhere/scenario.yaml", first.resolved_yaml));
    INFO(first.resolved_yaml);
    CHECK(first.devices == second.devices);
    CHECK(first.start_s == 18 * 3600 + 30 * 60 + 5);
    CHECK(second.start_s == first.start_s);
    CHECK(second.resolved_yaml == first.resolved_yaml);
  }
}

TEST_CASE("arrivals that could overtake each other are refused") {
  const Workshop workshop;
  CHECK(workshop.problems(with_arrivals("{process: periodic, rate: 2/s, jitter: 600ms}")) ==
        Texts{"scenario.yaml:7:54: devices[0].arrivals.jitter: \"600ms\" is more than the period of 0.5s, so "
              "that "
              "arrivals would overtake each other; allowed: 0s to 0.5s"});
}

TEST_CASE("a parameter of another process is refused in a file and noted when it is overridden") {
  const Workshop workshop;
  CHECK(
      workshop.problems(with_arrivals("{process: poisson, rate: 2/s, jitter: 1ms}")) ==
      Texts{"scenario.yaml:7:53: devices[0].arrivals.jitter: the process poisson does not use this; it uses "
            "rate"});
  const Scenario scenario = workshop.read(with_arrivals("{process: periodic, rate: 2/s, jitter: 1ms}"),
                                          {{"devices.0.arrivals.process", "poisson"}});
  CHECK(scenario.devices[0].arrivals == ArrivalSpec{Process::poisson, 2});
  CHECK(scenario.notes ==
        Texts{"devices[0].arrivals.jitter is ignored: the process poisson does not use it"});
}

TEST_CASE("what a process needs is named when it is missing") {
  const Workshop workshop;
  CHECK(
      workshop.problems(with_arrivals("{process: trace}")) ==
      Texts{
          "scenario.yaml:7:15: devices[0].arrivals: missing key \"file\"; add for example \"file: door.txt\"",
          "scenario.yaml:7:15: devices[0].arrivals: missing key \"loop\"; add for example \"loop: 1h\""});
  const Texts misspelt = workshop.problems(with_arrivals("{process: mmpp, sates: []}"));
  REQUIRE(misspelt.size() == 1);
  CHECK(misspelt[0].ends_with("unknown key \"sates\"; did you mean \"states\"?"));
}

TEST_CASE("a modulated process has two states or more and a rate in one of them") {
  const Workshop workshop;
  CHECK(workshop.problems(with_arrivals("{process: mmpp, states: [{rate: 1/s, mean: 2s}]}")) ==
        Texts{"scenario.yaml:7:39: devices[0].arrivals.states: 1 state given; a modulated process has two or "
              "more "
              "(one alone is the process poisson)"});
  CHECK(workshop.problems(
            with_arrivals("{process: mmpp, states: [{rate: 0/s, mean: 2s}, {rate: 0/s, mean: 2s}]}")) ==
        Texts{"scenario.yaml:7:39: devices[0].arrivals.states: no state has a rate above 0, so that nothing "
              "would "
              "ever arrive; give one"});
  const Texts two = workshop.problems(
      with_arrivals("{process: mmpp, states: [{rate: -1/s, mean: 2s}, {rate: 1/s, mean: 0s}]}"));
  REQUIRE(two.size() == 2);
  CHECK(two[0].find("devices[0].arrivals.states[0].rate: \"-1/s\" is out of range") != std::string::npos);
  CHECK(two[1].find("devices[0].arrivals.states[1].mean: \"0s\" is out of range") != std::string::npos);
}

TEST_CASE("lines of a trace that are no times are refused with their line") {
  const Workshop workshop;
  workshop.write("door.txt", "0\n2\n1.5\n\n-3\nsoon\n4s\nnan\n1e999\n5 \n");
  CHECK(
      workshop.problems(with_arrivals("{process: trace, file: door.txt, loop: 1h}")) ==
      Texts{
          "door.txt:3: 1.5 comes after 2; times must not decrease",
          "door.txt:4: is empty; write one time a line, in seconds since the start, such as 12.5",
          "door.txt:5: -3 is negative; times count from the start of the file",
          "door.txt:6: \"soon\" is no number; write one time a line, in seconds since the start, such as "
          "12.5",
          "door.txt:7: \"4s\" is no number; write one time a line, in seconds since the start, such as 12.5",
          "door.txt:8: \"nan\" is no number; write one time a line, in seconds since the start, such as 12.5",
          "door.txt:9: \"1e999\" is out of range",
          "door.txt:10: \"5 \" is no number; write one time a line, in seconds since the start, such as "
          "12.5"});
}

TEST_CASE("a trace that is not there or empty is refused where the scenario names it") {
  const Workshop workshop;
  const std::string text = with_arrivals("{process: trace, file: door.txt, loop: 1h}");
  CHECK(workshop.problems(text) ==
        Texts{"scenario.yaml:7:38: devices[0].arrivals.file: door.txt: there is no such file"});
  workshop.write("door.txt", "# nothing came\n");
  CHECK(
      workshop.problems(text) ==
      Texts{
          "scenario.yaml:7:38: devices[0].arrivals.file: door.txt: holds no time; write one time a line, in "
          "seconds since the start, such as 12.5"});
}

TEST_CASE("a loop holds all of its trace") {
  const Workshop workshop;
  workshop.write("door.txt", "0\n12.5\n");
  CHECK(workshop.problems(with_arrivals("{process: trace, file: door.txt, loop: 12.5s}")) ==
        Texts{"scenario.yaml:7:54: devices[0].arrivals.loop: \"12.5s\" ends before the last arrival of "
              "door.txt, at "
              "12.5 s; give more than that"});
}

TEST_CASE("phases follow each other within a day") {
  const Workshop workshop;
  CHECK(workshop.problems(
            with_arrivals("{process: phases, phases: [{at: 20:00, rate: 2/s}, {at: 06:00, rate: 1/s}]}")) ==
        Texts{"scenario.yaml:7:71: devices[0].arrivals.phases[1].at: 06:00 is not after 20:00, when the "
              "phase before "
              "begins; write the phases of one day in their order from 00:00 on (the last lasts until the "
              "first of "
              "the next day)"});
  CHECK(workshop.problems(with_arrivals("{process: phases, phases: [{at: 06:00, rate: 0/s}]}")) ==
        Texts{"scenario.yaml:7:41: devices[0].arrivals.phases: no phase has a rate above 0, so that nothing "
              "would "
              "ever arrive; give one"});
  CHECK(
      workshop.problems(with_arrivals("{process: phases, phases: []}")) ==
      Texts{"scenario.yaml:7:41: devices[0].arrivals.phases: is empty; give at least one phase, such as {at: "
            "06:00, rate: 2/s}"});
}

TEST_CASE("what is no time of day is refused") {
  const Workshop workshop;
  for (const std::string time :
       {"24:00", "6:00", "06:60", "06.00", "06:00:60", "-1:00", "06:00:0", "noon", "0600"})
    CHECK(workshop.problems(replaced(sound_scenario(), "duration", "start: " + time + "\nduration")) ==
          Texts{"scenario.yaml:2:8: start: \"" + time +
                "\" is no time of day; write hours and minutes such as 06:00 (00:00 to 23:59:59)"});
  CHECK(workshop.read(replaced(sound_scenario(), "duration", "start: 23:59:59\nduration")).start_s == 86399);
}

TEST_CASE("a night names its hours and the model whose images are seen") {
  const Workshop workshop;
  workshop.write("dark/model.yaml",
                 "network: some_net\ndata: dark\ninput: [3, 32, 32]\nclasses: 10\nexits: 4\n");
  const auto with_night = [](const std::string& night) {
    return replaced(sound_scenario(), "    access: wifi", "    night: " + night + "\n    access: wifi");
  };
  const Scenario first = workshop.read(with_night("{from: 20:00, to: 06:30, model: ./dark}"));
  REQUIRE(first.devices[0].night);
  CHECK(first.devices[0].night->from_s == 72000);
  CHECK(first.devices[0].night->to_s == 23400);
  CHECK(first.devices[0].night->model.directory == workshop.path() / "dark");
  const Scenario second = read_scenario(workshop.write("elsewhere/scenario.yaml", first.resolved_yaml));
  CHECK(second.devices == first.devices);

  CHECK(workshop.problems(with_night("{from: 20:00, to: 20:00, model: ./dark}")) ==
        Texts{"scenario.yaml:10:30: devices[0].night.to: is when the night begins, so that it would last no "
              "time, "
              "or all day; give another time"});
  CHECK(
      workshop.problems(with_night("{from: 20:00, to: 06:00, model: two_exits}")) ==
      Texts{
          "scenario.yaml:10:44: devices[0].night.model: by night the same network sees other images, but the "
          "number of exits of two_exits is 2 and that of four_exits 4"});
  CHECK(workshop.problems(with_night("{from: 20:00, to: 06:00}")) ==
        Texts{"scenario.yaml:10:12: devices[0].night: missing key \"model\"; add for example \"model: "
              "./by_night\""});
}

}  // namespace offramp
