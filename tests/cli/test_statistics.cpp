#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::ordered_json;

namespace {

double half_width(const Json& estimate) {
  return (estimate["ci95"][1].get<double>() - estimate["ci95"][0].get<double>()) / 2;
}

}  // namespace

TEST_CASE("a run goes on until its interval is narrow enough and not further") {
  const Workplace place;
  const auto run = [&](const std::string& goal) {
    const Finished done = run_offramp(place.path(),
                                      "run tiny.yaml --json --set compare=null --set duration=5s --set '"
                                      "replications={until: {metric: latency_s.mean, half_width: " +
                                          goal + "}, max: 40}' --out " + (goal == "10%" ? "a" : "b"));
    INFO(done.err);
    REQUIRE(done.code == 0);
    return Json::parse(done.out);
  };
  const Json wide = run("10%");
  const Json narrow = run("1.5%");
  CHECK(wide["replications"] >= 5);
  CHECK(narrow["replications"] > wide["replications"]);
  const Json& mean = narrow["latency_s"]["mean"];
  CHECK(half_width(mean) <= 0.015 * mean["value"].get<double>());
  // With one replication less it was not there yet: the rows of the replications say so.
  const Finished one_less =
      run_offramp(place.path(), "run tiny.yaml --json --set compare=null --set duration=5s --replications " +
                                    std::to_string(narrow["replications"].get<int>() - 1));
  const Json before = Json::parse(one_less.out)["latency_s"]["mean"];
  CHECK(half_width(before) > 0.015 * before["value"].get<double>());
  for (const auto& entry : fs::directory_iterator(place.path() / "b"))
    CHECK(entry.path().filename().string().find("requests.csv.") == std::string::npos);
}

TEST_CASE("a sweep with a goal stores as many replications, whatever ran at once") {
  const Workplace place;
  const std::string sweep =
      "sweep tiny.yaml --set duration=5s --set 'replications={until: {metric: latency_s.mean, half_width: "
      "2%}, max: "
      "30}' --vary devices.0.count=6,12 ";
  REQUIRE(run_offramp(place.path(), sweep + "--jobs 1 --out a --csv a.csv").code == 0);
  REQUIRE(run_offramp(place.path(), sweep + "--jobs 3 --out b --csv b.csv").code == 0);
  CHECK(place.read("a.csv") == place.read("b.csv"));
  const Finished unknown = run_offramp(
      place.path(),
      "run tiny.yaml --set 'replications={until: {metric: latency_s.mena, half_width: 2%}, max: 9}'");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.err, ContainsSubstring("did you mean \"latency_s.mean\"?"));
}

TEST_CASE("a warm-up that is measured is the same again and stands in the summary") {
  const Workplace place;
  const std::string run = "run tiny.yaml --json --set warmup=auto --replications 2 --set duration=20s";
  const Finished first = run_offramp(place.path(), run);
  INFO(first.err);
  REQUIRE(first.code == 0);
  const Json a = Json::parse(first.out);
  const Json b = Json::parse(run_offramp(place.path(), run).out);
  CHECK(a["warmup_s"] == b["warmup_s"]);
  CHECK(a["warmup_s"].get<double>() < 10);
  CHECK(a["compare"]["edge_only"]["warmup_s"] == a["warmup_s"]);
}

TEST_CASE("a sweep measures a warm-up once a point, and its rows are those of runs") {
  const Workplace place;
  const std::string settings =
      "tiny.yaml --set compare=null --set warmup=auto --set duration=10s --replications 2 ";
  const Finished sweep =
      run_offramp(place.path(), "sweep " + settings + "--vary devices.0.count=6,12 --out s --json");
  INFO(sweep.err);
  REQUIRE(sweep.code == 0);
  const Json points = Json::parse(sweep.out);
  const Finished run = run_offramp(place.path(), "run " + settings + "--set devices.0.count=12 --json");
  REQUIRE(run.code == 0);
  CHECK(points[1]["latency_s.mean"]["value"].get<double>() ==
        Approx(Json::parse(run.out)["latency_s"]["mean"]["value"].get<double>()));
}

TEST_CASE("a point whose warm-up does not end is recorded with its error, and the rest goes on") {
  const Workplace place;
  const Finished sweep =
      run_offramp(place.path(),
                  "sweep tiny.yaml --set compare=null --set warmup=auto --set duration=10s --set "
                  "devices.0.queue.limit=100000 "
                  "--replications 3 --vary devices.0.arrivals.rate=3/s,2000/s --csv rows.csv --out s");
  INFO(sweep.err);
  CHECK(sweep.code == 0);
  CHECK_THAT(sweep.err, ContainsSubstring("3 runs failed twice"));
  CHECK_THAT(place.read("rows.csv"), ContainsSubstring("do not settle"));
}

TEST_CASE("a plan measures the warm-up of each setting that it tries") {
  const Workplace place;
  const Finished plan = run_offramp(
      place.path(),
      "plan tiny.yaml --set compare=null --set warmup=auto --set duration=10s --maximize devices.0.count "
      "--between 1,20 --subject-to 'latency_s.p95 <= 60ms' --json");
  INFO(plan.err);
  REQUIRE(plan.code == 0);
  CHECK(Json::parse(plan.out)["feasible"] == true);
}

TEST_CASE("an overloaded run never settles and says so") {
  const Workplace place;
  const Finished run = run_offramp(
      place.path(),
      "run tiny.yaml --set warmup=auto --set duration=2s --set devices.0.arrivals.rate=5000/s --set "
      "devices.0.queue.limit=100000 --set compare=null");
  CHECK(run.code == 2);
  CHECK_THAT(run.err, ContainsSubstring("do not settle"));
}

TEST_CASE("two runs are compared in sentences, pair by pair on the same seed") {
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out a").code == 0);
  const Finished same = run_offramp(place.path(), "compare a a --metric latency_s.mean");
  CHECK_THAT(same.out, ContainsSubstring("are equal in every replication"));
  const Finished other = run_offramp(place.path(), "compare a a/compare/edge_only --metric latency_s.p95");
  INFO(other.err);
  REQUIRE(other.code == 0);
  CHECK_THAT(other.out, ContainsSubstring("latency_s.p95: a/compare/edge_only is ") &&
                            ContainsSubstring(" lower than a; 95 % sure of ") &&
                            ContainsSubstring("under common random numbers"));
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out b --seed 8").code == 0);
  const Finished independent = run_offramp(place.path(), "compare a b");
  CHECK_THAT(independent.out,
             ContainsSubstring("as independent runs") && ContainsSubstring("no difference can be seen"));
  const Finished scenarios = run_offramp(place.path(), "compare tiny.yaml a --metric latency_s.mean --json");
  REQUIRE(scenarios.code == 0);
  const Json difference = Json::parse(scenarios.out);
  CHECK(difference["paired"] == true);
  CHECK(difference["differences"]["latency_s.mean"]["value"].get<double>() == Approx(0).margin(1e-12));
  const Finished wrong = run_offramp(place.path(), "compare a tiny --metric latency_s.mean");
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, ContainsSubstring("is no run directory"));
}

TEST_CASE("a difference of accuracies carries the sampling error of the images that both showed") {
  const Workplace place;
  REQUIRE(run_offramp(place.path(), "run tiny.yaml --out a").code == 0);
  const auto difference = [&](const std::string& other) {
    const Finished done =
        run_offramp(place.path(), "compare a " + other + " --metric accuracy.top1,latency_s.mean --json");
    INFO(done.err);
    REQUIRE(done.code == 0);
    return Json::parse(done.out)["differences"];
  };
  const Json same = difference("a");
  CHECK(same["accuracy.top1"]["image_standard_error"].get<double>() == Approx(0).margin(1e-12));
  const Json edge = difference("a/compare/edge_only");
  CHECK(edge["latency_s.mean"]["image_standard_error"].is_null());
  const double of_difference = edge["accuracy.top1"]["image_standard_error"].get<double>();
  CHECK(of_difference > 0);
  // The interval is at least as wide as the images alone make it.
  CHECK(half_width(edge["accuracy.top1"]) >= 1.95 * of_difference);
  // A figure about answers whose sampling error is not known says so.
  const Finished in_time = run_offramp(
      place.path(), "compare a a/compare/edge_only --metric exits.0.accuracy,deadline.met_accuracy");
  REQUIRE(in_time.code == 0);
  CHECK_THAT(in_time.out, ContainsSubstring("deadline.met_accuracy is of these images"));
  CHECK_THAT(in_time.out, !ContainsSubstring("exits.0.accuracy, "));
}

TEST_CASE("the front of a sweep holds what no other point beats") {
  const Workplace place;
  REQUIRE(run_offramp(place.path(),
                      "sweep tiny.yaml --set duration=5s --replications 2 --out s --vary "
                      "devices.0.policy.thresholds_nats=[0.0],[0.4],[1.2]")
              .code == 0);
  const Finished front = run_offramp(
      place.path(), "pareto s --minimize uplink.payload_bytes_per_request --maximize accuracy.top1 --json");
  INFO(front.err);
  REQUIRE(front.code == 0);
  CHECK(Json::parse(front.out).size() >= 1);
  const Finished least =
      run_offramp(place.path(), "pareto s --minimize uplink.payload_bytes_per_request --json");
  const Json points = Json::parse(least.out);
  REQUIRE(points.size() == 1);
  CHECK(points[0]["parameters"]["devices.0.policy.thresholds_nats"] == "[1.2]");
  CHECK(run_offramp(place.path(), "pareto s").code == 2);
  CHECK_THAT(run_offramp(place.path(), "pareto s --minimize latency.p95").err,
             ContainsSubstring("is no figure"));
}
