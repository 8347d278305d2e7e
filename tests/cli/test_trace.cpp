#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

namespace {

using Track = std::pair<int, int>;  // process, thread

Track track_of(const Json& event) { return {event["pid"], event["tid"]}; }

long nanoseconds(double microseconds) { return std::lround(microseconds * 1e3); }

/// A row of requests.csv by the names of its columns.
using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const std::string& csv) {
  const auto cells = [](const std::string& line) {
    std::vector<std::string> all(1);
    for (const char c : line)
      if (c == ',')
        all.emplace_back();
      else
        all.back() += c;
    return all;
  };
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> texts = cells(line);
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = texts[i];
  }
  return rows;
}

long nanoseconds_of(const Row& row, const std::string& column) {
  return std::lround(std::stod(row.at(column)) * 1e9);
}

/// The slices of a trace by track, in time.
std::map<Track, std::vector<Json>> slices_of(const Json& trace) {
  std::map<Track, std::vector<Json>> slices;
  for (const Json& event : trace["traceEvents"])
    if (event["ph"] == "X") slices[track_of(event)].push_back(event);
  for (auto& [track, members] : slices)
    std::sort(members.begin(), members.end(), [](const Json& a, const Json& b) { return a["ts"] < b["ts"]; });
  return slices;
}

std::map<Track, std::string> names_of(const Json& trace) {
  std::map<Track, std::string> names;
  for (const Json& event : trace["traceEvents"])
    if (event["ph"] == "M" && event["name"] == "thread_name") names[track_of(event)] = event["args"]["name"];
  return names;
}

/// On every track slices follow each other, and every track has one name.
void check_tracks(const Json& trace) {
  const auto names = names_of(trace);
  std::set<std::pair<int, std::string>> different;
  for (const auto& [track, name] : names) CHECK(different.insert({track.first, name}).second);
  for (const auto& [track, slices] : slices_of(trace)) {
    REQUIRE(names.count(track) == 1);
    INFO(names.at(track));
    long end = 0;
    bool apart = true;
    for (const Json& slice : slices) {
      apart = apart && nanoseconds(slice["ts"]) >= end && slice["dur"] >= 0;
      end = nanoseconds(slice["ts"]) + nanoseconds(slice["dur"]);
    }
    CHECK(apart);
  }
}

/// Every flow has one start and one end, in this order, each in a slice of its request.
void check_flows(const Json& trace) {
  const auto slices = slices_of(trace);
  std::map<std::uint64_t, std::vector<Json>> flows;
  for (const Json& event : trace["traceEvents"])
    if (event["ph"] == "s" || event["ph"] == "t" || event["ph"] == "f") flows[event["id"]].push_back(event);
  CHECK(!flows.empty());
  bool bound = true;
  bool ordered = true;
  for (const auto& [request, steps] : flows) {
    ordered = ordered && steps.size() >= 2 && steps.front()["ph"] == "s" && steps.back()["ph"] == "f" &&
              steps.back()["bp"] == "e";
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Json& step = steps[i];
      if (i > 0 && i + 1 < steps.size()) ordered = ordered && step["ph"] == "t";
      if (i > 0) ordered = ordered && step["ts"] >= steps[i - 1]["ts"];
      const std::vector<Json>& on = slices.at(track_of(step));
      const auto id = request;
      bound = bound && std::any_of(on.begin(), on.end(), [&](const Json& slice) {
                const auto& requests = slice["args"]["requests"];
                return slice["ts"] == step["ts"] &&
                       std::find(requests.begin(), requests.end(), Json(id)) != requests.end();
              });
    }
  }
  CHECK(ordered);
  CHECK(bound);
}

}  // namespace

TEST_CASE("a trace says of each request what requests.csv says") {
  const Workplace place;
  const std::string run = "run tiny.yaml --replications 2 --set output.figures=false ";
  const Finished done = run_offramp(place.path(), run + "--out out --trace-out trace.json");
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK_THAT(done.err, ContainsSubstring("Trace events in trace.json"));
  const Json trace = Json::parse(place.read("trace.json"));
  check_tracks(trace);
  check_flows(trace);

  // Of each request its slices on each kind of track: begin and end to the nanosecond.
  std::map<std::uint64_t, std::map<std::string, std::pair<long, long>>> seen;
  const auto names = names_of(trace);
  for (const auto& [track, slices] : slices_of(trace))
    for (const Json& slice : slices)
      for (const std::uint64_t request : slice["args"]["requests"]) {
        std::string kind = names.at(track).find(" up") != std::string::npos ? "up"
                           : names.at(track).find(" down") != std::string::npos
                               ? "down"
                               : slice["name"].get<std::string>();
        kind = kind.substr(0, kind.find_first_of(", "));
        seen[request][kind] = {nanoseconds(slice["ts"]),
                               nanoseconds(slice["ts"]) + nanoseconds(slice["dur"])};
      }
  std::size_t compared = 0;
  std::size_t rows = 0;
  bool equal = true;
  for (const Row& row : rows_of(place.read("out/requests.csv"))) {
    if (row.at("replication") != "0") continue;
    ++rows;
    const auto& of = seen[std::stoul(row.at("request"))];
    const std::vector<std::array<std::string, 3>> stages{{"compute", "device_started_s", "device_computed_s"},
                                                         {"encode", "device_computed_s", "device_encoded_s"},
                                                         {"up", "device_encoded_s", "cloud_received_s"},
                                                         {"decode", "cloud_received_s", "cloud_decoded_s"},
                                                         {"batch", "cloud_started_s", "cloud_computed_s"}};
    for (const auto& [kind, from, to] : stages) {
      // What takes no time, as the compute of a device that sends the image, is not drawn.
      if (row.at(from).empty() || row.at(to).empty() || row.at(from) == row.at(to)) {
        equal = equal && of.count(kind) == 0;
        continue;
      }
      ++compared;
      // Ends are rounded as beginnings are, so that lengths differ by less than a nanosecond.
      equal = equal && of.count(kind) == 1 && std::abs(of.at(kind).first - nanoseconds_of(row, from)) <= 1 &&
              std::abs(of.at(kind).second - nanoseconds_of(row, to)) <= 2;
    }
  }
  CHECK(equal);
  CHECK(compared > 2 * rows / 2);
  CHECK(trace["otherData"]["requests"] == rows);
  CHECK(trace["otherData"]["of"] == rows);

  // Tracing changes nothing.
  REQUIRE(run_offramp(place.path(), run + "--out again").code == 0);
  CHECK(place.read("out/requests.csv") == place.read("again/requests.csv"));
}

TEST_CASE("a trace ends with its limit") {
  const Workplace place;
  REQUIRE(
      run_offramp(
          place.path(),
          "run tiny.yaml --replications 1 --set output.figures=false --trace-out trace.json --trace-limit 7")
          .code == 0);
  const Json trace = Json::parse(place.read("trace.json"));
  std::set<std::uint64_t> requests;
  for (const auto& [track, slices] : slices_of(trace))
    for (const Json& slice : slices)
      for (const std::uint64_t request : slice["args"]["requests"]) requests.insert(request);
  CHECK(requests.size() <= 7);
  CHECK(trace["otherData"]["requests"] == 7);
  CHECK(trace["otherData"]["of"] > 7);
}

TEST_CASE("a trace over gateways that compute has their tracks") {
  const Workplace place;
  const Finished done = run_offramp(
      place.path(), "run " + std::string(OFFRAMP_PUBLISHED) +
                        "/../gateway.yaml --replications 1 --set duration=5s --set output.figures=false "
                        "--set output.requests=true --trace-out trace.json");
  INFO(done.err);
  REQUIRE(done.code == 0);
  const Json trace = Json::parse(place.read("trace.json"));
  check_tracks(trace);
  check_flows(trace);
  std::set<std::string> kinds;
  for (const auto& [track, name] : names_of(trace))
    if (track.first == 3) kinds.insert(name.substr(name.find(' ', 8) + 1));
  CHECK(kinds.count("server") + kinds.count("server 0") > 0);
  CHECK(kinds.count("up") + kinds.count("up 0") > 0);
}

TEST_CASE("a trace that cannot be is refused before anything runs") {
  const Workplace place;
  const Finished nowhere = run_offramp(place.path(), "run tiny.yaml --trace-out nowhere/trace.json");
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.err, ContainsSubstring("nowhere/trace.json"));
  const Finished without =
      run_offramp(place.path(), "run tiny.yaml --set output.requests=false --trace-out trace.json");
  CHECK(without.code == 2);
  CHECK_THAT(without.err, ContainsSubstring("--trace-out: wants the requests"));
  CHECK(!fs::exists(place.path() / "runs"));
  CHECK(!fs::exists(place.path() / "trace.json.tmp"));
}
