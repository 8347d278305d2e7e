#include "sim/workload/count_series.hpp"

#include <sstream>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

std::vector<CountSeries> read(const std::string& text, std::optional<double> frame_interval_s = {}) {
  std::istringstream in(text);
  return read_count_series(in, "counts.csv", frame_interval_s);
}

std::string refused(const std::string& text) {
  try {
    read(text);
  } catch (const UserError& error) {
    return error.problems().at(0).text();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// "0,3", "0.5,3", ... so many lines.
std::string lines(int n, const std::string& before = "") {
  std::ostringstream text;
  for (int i = 0; i < n; ++i) text << before << 0.5 * i << "," << i % 4 << "\n";
  return text.str();
}

}  // namespace

TEST_CASE("a series of times and counts is read") {
  const auto series = read("time_s,count\n" + lines(12));
  REQUIRE(series.size() == 1);
  CHECK(series[0].name == "counts.csv");
  CHECK(series[0].step_s == Approx(0.5));
  CHECK(series[0].counts == std::vector<std::int32_t>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3});
  CHECK(series[0].length_s() == Approx(6));
  CHECK(part_of(series[0], 4, 6).counts == std::vector<std::int32_t>{0, 1});
  CHECK(part_of(series[0], 4, 6).start_s == Approx(2));
}

TEST_CASE("series are told apart by their columns, in any order, and Windows' line ends do not matter") {
  const auto series =
      read("camera,note,sequence,time_s,count\r\n" + lines(10, "a,,hall,") + lines(11, "b,x,hall,"));
  REQUIRE(series.size() == 2);
  CHECK(series[0].name == "hall/a");
  CHECK(series[1].name == "hall/b");
  CHECK(series[1].scene == "hall");
  CHECK(series[1].counts.size() == 11);
}

TEST_CASE("times that were rounded, and steps that were left out, keep their place") {
  // Sevenths of a second as milliseconds, 800 of them, without numbers 3 and 4: the rounded step, 0.143 s,
  // times 799 would be 0.8 steps too long.
  std::string text = "time_s,count\n";
  for (int i = 0; i < 800; ++i)
    if (i != 3 && i != 4) text += std::to_string(std::round(1000.0 * i / 7) / 1000) + ",5\n";
  const auto series = read(text);
  REQUIRE(series[0].counts.size() == 800);
  CHECK(series[0].counts[2] == 5);
  CHECK(series[0].counts[3] == CountSeries::kMissing);
  CHECK(series[0].counts[4] == CountSeries::kMissing);
  CHECK(series[0].counts[5] == 5);
  CHECK(series[0].step_s == Approx(1.0 / 7).epsilon(1e-5));
}

TEST_CASE("frames without times need to know how far they are apart") {
  std::string text = "frame,time_s,count\n";
  for (int i = 0; i < 12; ++i) text += std::to_string(5 * i) + ",,2\n";
  CHECK(contains(refused(text), "counts.csv:2: series counts.csv has frames without times"));
  CHECK(contains(refused(text), "--frame-interval 0.5s"));
  CHECK(read(text, 0.1)[0].step_s == Approx(0.5));
}

TEST_CASE("what is no series of counts is refused at its line") {
  CHECK(contains(refused(""), "is empty"));
  CHECK(contains(refused("time_s,count\n"), "has no counts"));
  CHECK(contains(refused("t,n\n0,1\n"), "counts.csv:1: the first line names \"t,n\"; it must name"));
  CHECK(
      contains(refused("time_s,count\n0,1\n1,1.5\n"), "counts.csv:3: count: \"1.5\" is not a whole number"));
  CHECK(contains(refused("time_s,count\n0,1\n1,-1\n"), "counts.csv:3: count: \"-1\""));
  CHECK(contains(refused("time_s,count\n0,1\nnan,1\n"), "counts.csv:3: time_s: \"nan\" is no number"));
  CHECK(contains(refused("time_s,count\n0,1\n1\n"), "counts.csv:3: has 1 fields; the first line names 2"));
  CHECK(contains(refused("time_s,count\n" + lines(9)), "has 9 counts; 10 are the least"));
  CHECK(contains(refused("time_s,count\n" + lines(12) + "5.5,1\n"), "counts.csv:14: 5.5 is not after 5.5"));
  CHECK(contains(refused("time_s,count\n" + lines(12) + "6.2,1\n"),
                 "no whole number of its usual steps of 0.5"));
  CHECK(contains(refused("time_s,count\n" + lines(12) + "1e9,1\n"), "no whole number"));
  CHECK(contains(refused("\xFD"
                         "7zXZ"),
                 "xz -dc counts.csv | offramp fit-counts -"));
}
