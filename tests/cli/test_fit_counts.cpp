#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Two cameras of one hall; b sees what a sees, but two people fewer. Counts of 4 to 12 with a period of 12
/// s.
std::string hall() {
  std::string text = "sequence,camera,time_s,count\n";
  for (const char* camera : {"a", "b"})
    for (int i = 0; i < 200; ++i)
      text += fmt::format(
          "hall,{},{},{}\n", camera, 0.5 * i,
          static_cast<int>(std::lround(8 + 4 * std::sin(i * 3.14159 / 12))) - (*camera == 'b' ? 2 : 0));
  return text;
}

}  // namespace

TEST_CASE("counts give the people of a scenario") {
  const Workplace place;
  place.write("hall.csv", hall());
  const Finished run = run_offramp(place.path(), "fit-counts hall.csv");
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "hall/a: 200 counts over 100 s"));
  CHECK(contains(run.out, "  people: {mean: 8"));
  CHECK(contains(
      run.out, "correlation of two of its 2 series at the same time 1.00 (from 1.00 to 1.00 over 1 pairs)"));

  const Finished as_json = run_offramp(place.path(), "fit-counts --series 'hall/b' hall.csv --json");
  REQUIRE(as_json.code == 0);
  const auto document = nlohmann::json::parse(as_json.out);
  REQUIRE(document.at("series").size() == 1);
  const auto& series = document.at("series").at(0);
  CHECK(series.at("people").at("mean").get<double>() == Approx(6).margin(0.5));
  CHECK(series.at("people").at("stay_shape") == 1);
  CHECK(series.at("step_s").get<double>() == Approx(0.5));
  CHECK(document.at("cross_camera_correlation").empty());
  CHECK(contains(run_offramp(place.path(), "fit-counts -").err, "standard input: is empty"));
  CHECK(run_offramp(place.path(), "fit-counts hall.csv --json").out ==
        run_offramp(place.path(), "fit-counts hall.csv --json").out);
}

TEST_CASE("a prediction of the second half stands beside it") {
  const Workplace place;
  place.write("hall.csv", hall());
  const Finished run = run_offramp(place.path(), "fit-counts hall.csv --without '*/b' --predict");
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "hall/a  fitted to its first half: people: {mean: "));
  CHECK(contains(run.out, "p95 over 10 s"));
  const Finished as_json = run_offramp(place.path(), "fit-counts hall.csv --without '*/b' --predict --json");
  const auto figures = nlohmann::json::parse(as_json.out).at("checks").at(0).at("figures");
  CHECK(figures.size() == 7);
  for (const auto& figure : figures) {
    CHECK(figure.at("exponential").at("low") <= figure.at("exponential").at("median"));
    CHECK(figure.at("exponential").at("median") <= figure.at("exponential").at("high"));
  }
  // Half a period later the count is on the other side of its mean, which independent draws never are.
  CHECK(figures.at(1).at("figure") == "autocorrelation at 5 s");
  CHECK(figures.at(1).at("second_half") < -0.7);
  CHECK(figures.at(1).at("independent").at("low") > -0.4);
}

TEST_CASE("what counts cannot be fitted to is told") {
  const Workplace place;
  place.write("hall.csv", hall());
  const Finished nothing = run_offramp(place.path(), "fit-counts hal.csv");
  CHECK(nothing.code == 2);
  CHECK(contains(nothing.err, "hal.csv: there is no such file"));
  const Finished pattern = run_offramp(place.path(), "fit-counts hall.csv --series hal");
  CHECK(pattern.code == 2);
  CHECK(contains(pattern.err, "no series is left by --series and --without; there are hall/a, hall/b"));
  place.write("bad.csv", "time_s,count\n0,many\n");
  const Finished bad = run_offramp(place.path(), "fit-counts bad.csv");
  CHECK(bad.code == 2);
  CHECK(contains(bad.err, "bad.csv:2: count: \"many\" is not a whole number of people"));
  CHECK(run_offramp(place.path(), "fit-counts hall.csv --frame-interval 5").code == 2);
  CHECK(run_offramp(place.path(), "fit-counts hall.csv --frame-interval 0s").code == 2);
}
