#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::ordered_json;

namespace {

const std::string kStudy =
    "name: study\n"
    "base: tiny.yaml\n"
    "set: {duration: 5s, replications: 2}\n"
    "axes:\n"
    "  devices.0.count: [6, 12]\n"
    "  devices.0.policy.thresholds_nats: [[0.2], [0.8]]\n"
    "zipped:\n"
    "  - network.uplink.bandwidth: [500kbps, 1Mbps]\n"
    "    network.uplink.latency: [5ms, 20ms]\n"
    "where:\n"
    "  - devices.0.count == 6 or network.uplink.latency == 20ms\n";

}  // namespace

TEST_CASE("a sweep file gives a row for each point that its conditions leave") {
  // 2 counts x 2 thresholds x 2 uplinks = 8; without 12 devices on the first uplink, 6.
  const Workplace place;
  place.write("study.yaml", kStudy);
  const Finished sweep = run_offramp(place.path(), "sweep study.yaml --csv rows.csv --json");
  INFO(sweep.err);
  REQUIRE(sweep.code == 0);
  const Json points = Json::parse(sweep.out);
  REQUIRE(points.size() == 6);
  CHECK(points[1]["parameters"]["network.uplink.bandwidth"] == "1Mbps");
  CHECK(points[1]["parameters"]["network.uplink.latency"] == "20ms");
  CHECK(points[5]["parameters"]["devices.0.policy.thresholds_nats"] == "[0.8]");
  CHECK(points[0]["replications"] == 2);
  CHECK_THAT(place.read("rows.csv"), Catch::Matchers::StartsWith("point,replication,seed,devices.0.count,"));
  CHECK(fs::exists(place.path() / "runs" / "study" / "sweep.sqlite"));

  // The same figures as a run of that scenario alone; of its quantiles a run keeps every latency.
  const Finished run = run_offramp(
      place.path(),
      "run tiny.yaml --json --set duration=5s --set devices.0.count=6 --set network.uplink.bandwidth=1Mbps "
      "--set network.uplink.latency=20ms --set 'devices.0.policy.thresholds_nats=[0.2]' --replications 2");
  REQUIRE(run.code == 0);
  const Json summary = Json::parse(run.out);
  CHECK(points[1]["latency_s.mean"]["value"].get<double>() ==
        Approx(summary["latency_s"]["mean"]["value"].get<double>()).epsilon(1e-12));
  CHECK(points[1]["accuracy.top1"] == summary["accuracy"]["top1"]);
  CHECK(points[1]["latency_s.p95"]["value"].get<double>() ==
        Approx(summary["latency_s"]["p95"]["value"].get<double>()).epsilon(1.0 / 1024));
}

TEST_CASE("the same sweep gives the same rows, in one process at a time or in three") {
  const Workplace place;
  place.write("study.yaml", kStudy);
  REQUIRE(run_offramp(place.path(), "sweep study.yaml --jobs 1 --out a --csv a.csv").code == 0);
  REQUIRE(run_offramp(place.path(), "sweep study.yaml --jobs 3 --out b --csv b.csv").code == 0);
  CHECK(place.read("a.csv") == place.read("b.csv"));
}

TEST_CASE("axes may stand on the command line, and a second start has nothing to do") {
  const Workplace place;
  const std::string command =
      "sweep tiny.yaml --set duration=5s --replications 1 --vary devices.0.count=3,6 --show latency_s.mean";
  const Finished first = run_offramp(place.path(), command);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.out, ContainsSubstring("devices.0.count") && ContainsSubstring("latency_s.mean"));
  CHECK_THAT(first.err, ContainsSubstring("Done: 2 of 2 runs in runs/tiny-sweep/sweep.sqlite"));
  const Finished second = run_offramp(place.path(), command);
  CHECK(second.out == first.out);
  CHECK(run_offramp(place.path(), "sweep tiny.yaml --set duration=1s --vary seed=1,2 --out seeds").code == 0);
  const Finished longer = run_offramp(place.path(), command + " --dry-run --vary cloud.servers=2");
  CHECK(longer.code == 2);  // another parameter is another store
  CHECK_THAT(longer.err, ContainsSubstring("other parameters"));
}

TEST_CASE("a dry run prints the points and a time and leaves nothing behind") {
  const Workplace place;
  place.write("study.yaml", kStudy);
  const Finished dry = run_offramp(place.path(), "sweep study.yaml --dry-run --jobs 2");
  INFO(dry.err);
  REQUIRE(dry.code == 0);
  CHECK_THAT(dry.out, ContainsSubstring("6 points, 12 runs; about ") && ContainsSubstring("with 2 jobs"));
  CHECK_THAT(dry.out, ContainsSubstring("    5  12  [0.8]  1Mbps  20ms"));
  CHECK(!fs::exists(place.path() / "runs"));
}

TEST_CASE("what is wrong with a sweep is told with its place before anything runs") {
  const Workplace place;
  const auto refused = [&](const std::string& text) {
    place.write("bad.yaml", text);
    const Finished sweep = run_offramp(place.path(), "sweep bad.yaml --out out");
    CHECK(sweep.code == 2);
    CHECK(!fs::exists(place.path() / "out"));
    return sweep.err;
  };
  CHECK_THAT(refused("base: tiny.yaml\naxes:\n  devices.0.cuont: [1, 2]\n"),
             ContainsSubstring("bad.yaml:3:20: devices[0]: unknown key \"cuont\"; did you mean \"count\"?"));
  CHECK_THAT(refused("base: tiny.yaml\naxes:\n  devices.0.count: [1, few]\n"),
             ContainsSubstring("bad.yaml:3:20: devices[0].count: \"few\" is not a whole number"));
  CHECK_THAT(refused("base: tiny.yaml\naxis:\n  devices.0.count: [1]\n"),
             ContainsSubstring("unknown key \"axis\"; did you mean \"axes\"?"));
  CHECK_THAT(refused("base: tiny.yaml\nzipped: [{cloud.servers: [1, 2], devices.0.count: [1]}]\n"),
             ContainsSubstring("1 values, but cloud.servers has 2"));
  CHECK_THAT(refused("base: tiny.yaml\naxes: {cloud.servers: [1, 2]}\nwhere: [cloud.servers > 5]\n"),
             ContainsSubstring("no point is left"));
  CHECK_THAT(refused("base: tiny.yaml\naxes: {cloud.servers: [1]}\nzipped: [{cloud.servers: [2]}]\n"),
             ContainsSubstring("cloud.servers is varied twice"));
  CHECK_THAT(refused("base: tiny.yaml\naxes: {replications: [1, 2]}\n"),
             ContainsSubstring("put it under `set`"));
  CHECK_THAT(refused("base: tiny.yaml\n"), ContainsSubstring("varies nothing"));
}

TEST_CASE("a point that needs more memory than there is fails alone") {
#ifdef __SANITIZE_ADDRESS__
  WARN("skipped: AddressSanitizer reserves more addresses than the limit of this test");
  return;
#endif
  const Workplace place;
  const Finished sweep = run_offramp(place.path(),
                                     "sweep tiny.yaml --set duration=1s --replications 1 --jobs 1 --vary "
                                     "devices.0.count=3,9999990 --json",
                                     "ulimit -v 600000;");
  INFO(sweep.err);
  REQUIRE(sweep.code == 0);
  const Json points = Json::parse(sweep.out);
  REQUIRE(points.size() == 2);
  CHECK(!points[0].contains("error"));
  CHECK(points[1].contains("error"));
  CHECK_THAT(sweep.err, ContainsSubstring("1 run failed twice"));
}
