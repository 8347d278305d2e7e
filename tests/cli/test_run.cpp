#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/cli/golden.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

/// A summary without what the clock on the wall said.
Json timeless(Json summary) {
  for (const char* key : {"wall_s", "requests_per_wall_s", "setup_s", "write_s"}) summary.erase(key);
  return summary;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a run directory is whole and its parts agree") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "run tiny.yaml --out out");
  INFO(run.err);
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "latency mean, ms"));
  CHECK(contains(run.out, "edge_only"));
  for (const char* file :
       {"scenario.yaml", "manifest.json", "summary.json", "requests.csv", "transfer_rate.csv"}) {
    CHECK(fs::exists(place.path() / "out" / file));
    CHECK(fs::exists(place.path() / "out" / "compare" / "edge_only" / file));
  }
  const Json summary = Json::parse(place.read("out/summary.json"));
  CHECK(summary["label"] == "early_exit");

  // A row a request: its counts are the summary's.
  std::istringstream rows(place.read("out/requests.csv"));
  std::string line;
  std::getline(rows, line);
  const auto columns = std::count(line.begin(), line.end(), ',');
  std::uint64_t offered = 0;
  std::uint64_t completed = 0;
  while (std::getline(rows, line)) {
    ++offered;
    if (contains(line, ",completed,")) ++completed;
    CHECK(std::count(line.begin(), line.end(), ',') == columns);
  }
  CHECK(summary["requests"]["offered"] == offered);
  CHECK(summary["requests"]["completed"] == completed);
  CHECK(offered == completed + summary["requests"]["fallen_back"].get<std::uint64_t>() +
                       summary["requests"]["dropped"].get<std::uint64_t>() +
                       summary["requests"]["lost"].get<std::uint64_t>() +
                       summary["requests"]["in_flight"].get<std::uint64_t>());

  // Nothing temporary is left beside it.
  for (const auto& entry : fs::directory_iterator(place.path()))
    CHECK(!contains(entry.path().filename().string(), ".tmp"));
}

TEST_CASE("the stages of all exits add up to the mean latency") {
  // Of one replication without fallbacks: mean l = sum over exits of share x sum over stages of their mean.
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --replications 1 --out out").code == 0);
  const Json summary = Json::parse(place.read("out/summary.json"));
  double latency_s = 0;
  for (const Json& exit : summary["exits"])
    for (const Json& stage : exit["stages_s"])
      if (!stage.is_null()) latency_s += exit["share"]["value"].get<double>() * stage["value"].get<double>();
  CHECK(summary["exits"][1]["stages_s"]["transfer_up"]["value"] > 0);
  CHECK(latency_s == Approx(summary["latency_s"]["mean"]["value"].get<double>()).epsilon(1e-12));
}

TEST_CASE("the same seed gives the same bytes and another seed does not") {
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out a").code == 0);
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out b").code == 0);
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out c --seed 8").code == 0);
  for (const char* file : {"scenario.yaml", "manifest.json", "requests.csv", "transfer_rate.csv"})
    CHECK(place.read(fs::path("a") / file) == place.read(fs::path("b") / file));
  const auto summary = [&](const char* run) {
    return timeless(Json::parse(place.read(fs::path(run) / "summary.json")));
  };
  CHECK(summary("a").dump() == summary("b").dump());
  CHECK(place.read("a/requests.csv") != place.read("c/requests.csv"));
}

TEST_CASE("a terminal sees progress and the results are the same") {
  if (std::system("command -v script >/dev/null") != 0) return;
  // Long enough for a line of progress, which comes after half a second.
  const std::string run =
      "run tiny.yaml --set compare=null --set duration=2000s --replications 2 --seed 3 --set "
      "output.figures=false ";
  const Workplace place;
  const Finished silent = run_offramp(place.path(), run + "--out a");
  REQUIRE(silent.code == 0);
  CHECK(!contains(silent.err, "Simulating"));
  place.write("command", OFFRAMP_PROGRAM " " + run + "--out b\n");
  REQUIRE(std::system(("cd '" + place.path().string() + "' && script -qec 'sh command' terminal >seen 2>&1")
                          .c_str()) == 0);
  CHECK(place.read("a/requests.csv") == place.read("b/requests.csv"));
}

TEST_CASE("the resolved scenario gives the same run again") {
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out a").code == 0);
  place.write("resolved.yaml", place.read("a/scenario.yaml"));
  const Finished again = run_offramp(place.path(), "run resolved.yaml --out b");
  INFO(again.err);
  REQUIRE(again.code == 0);
  CHECK(place.read("a/requests.csv") == place.read("b/requests.csv"));
}

TEST_CASE("a night is run with the profile of its own model") {
  // The same profile under another name, in a run that lies all within the night: the same requests.
  const Workplace place;
  fs::copy(place.path() / "tiny", place.path() / "dusk");
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out day").code == 0);
  const Finished night =
      run_offramp(place.path(),
                  "run tiny.yaml --out night --set 'devices.0.night={from: 00:00, to: 12:00, "
                  "model: ./dusk}'");
  INFO(night.err);
  REQUIRE(night.code == 0);
  CHECK(place.read("day/requests.csv") == place.read("night/requests.csv"));
  CHECK(contains(place.read("night/manifest.json"), "dusk"));
  CHECK(!contains(place.read("day/manifest.json"), "dusk"));
}

TEST_CASE("json goes to standard output and nothing else does") {
  const Workplace place;
  const Finished run =
      run_offramp(place.path(), "run tiny.yaml --json --replications 1 --set output.requests=false");
  REQUIRE(run.code == 0);
  const Json summary = Json::parse(run.out);
  CHECK(summary["compare"].contains("edge_only"));
  CHECK(summary["latency_s"]["p95"]["ci95"].is_null());  // one replication has no interval
  CHECK(fs::exists(place.path() / "runs" / "tiny" / "summary.json"));
  CHECK(!fs::exists(place.path() / "runs" / "tiny" / "requests.csv"));
}

TEST_CASE("a run that is there is not replaced unasked and a foreign directory never") {
  const Workplace place;
  const std::string quick = "run tiny.yaml --replications 1 --set duration=1s ";
  REQUIRE(run_offramp(place.path(), quick).code == 0);
  REQUIRE(run_offramp(place.path(), quick).code == 0);
  CHECK(fs::exists(place.path() / "runs" / "tiny-2" / "summary.json"));
  const Finished refused = run_offramp(place.path(), quick + "--out tiny");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "is no run directory"));
  CHECK(fs::exists(place.path() / "tiny" / "model.yaml"));
}

TEST_CASE("a run whose uplink is asked for more than it carries says so") {
  const Workplace place;
  const Finished run = run_offramp(
      place.path(), "run tiny.yaml --replications 1 --set network.uplink.bandwidth=8kbps --out out");
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "unstable: the uplink is asked for "));
  const Json stability = Json::parse(place.read("out/summary.json"))["stability"];
  CHECK(stability["stable"] == false);
  CHECK(stability["bottleneck"] == "uplink");
  CHECK(stability["load"]["uplink"] > 1);
}

TEST_CASE("a summary equals the golden one") {
  // Made by tests/golden/regenerate.sh on request alone; a change here is a change of results and belongs
  // into CHANGELOG.md.
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out out").code == 0);
  check_golden(timeless(Json::parse(place.read("out/summary.json"))),
               Json::parse(place.read(fs::path(OFFRAMP_GOLDEN) / "tiny.json")));
}

TEST_CASE("the golden summary is written anew on request", "[.]") {
  REQUIRE(std::getenv("OFFRAMP_REGENERATE_GOLDEN") != nullptr);
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out out").code == 0);
  place.write(fs::path(OFFRAMP_GOLDEN) / "tiny.json",
              timeless(Json::parse(place.read("out/summary.json"))).dump(1) + "\n");
}

TEST_CASE("every scenario of a published system runs from its shipped profile, without the data set") {
  const Workplace place;
  for (const auto& entry : fs::directory_iterator(OFFRAMP_PUBLISHED)) {
    INFO(entry.path());
    const Finished run =
        run_offramp(place.path(),
                    "run " + entry.path().string() + " --set duration=60s --set replications=2 --out " +
                        entry.path().stem().string(),
                    "unset OFFRAMP_DATA;");
    INFO(run.err);
    REQUIRE(run.code == 0);
    const Json summary = Json::parse(place.read(entry.path().stem() / "summary.json"));
    CHECK(summary["requests"]["completed"] > 100);
    // Ten classes: a guess is right once in ten. By cells, nobody counts while a ratio of them is given.
    if (summary.contains("cloud_cell_ratio"))
      CHECK(summary["cloud_cell_ratio"]["value"] > 0);
    else
      CHECK(summary["accuracy"]["top1"]["value"] > 0.6);
  }
}
