#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::ordered_json;

namespace {

const std::string kPlan =
    "plan tiny.yaml --set duration=20s --set compare=null --maximize devices.0.count --between 1,60 "
    "--subject-to 'latency_s.p95 <= 60ms' --choose "
    "'devices.0.policy={rule: entropy, thresholds_nats: [0.2]},{rule: entropy, thresholds_nats: "
    "[0.8]},{rule: always}' ";

}  // namespace

TEST_CASE("a plan finds what a sweep over all settings finds, in a tenth of its runs") {
  const Workplace place;
  const Finished plan = run_offramp(place.path(), kPlan + "--json");
  INFO(plan.err);
  REQUIRE(plan.code == 0);
  const Json answer = Json::parse(plan.out);
  REQUIRE(answer["feasible"] == true);

  const Finished sweep = run_offramp(place.path(),
                                     "sweep tiny.yaml --set duration=20s --replications 5 --json --vary "
                                     "'devices.0.count={from: 1, to: 60, step: 1}' "
                                     "--vary 'devices.0.policy={rule: entropy, thresholds_nats: "
                                     "[0.2]},{rule: entropy, thresholds_nats: [0.8]},{rule: "
                                     "always}'");
  REQUIRE(sweep.code == 0);
  int best = 0;
  std::string policy;
  const Json points = Json::parse(sweep.out);
  for (const Json& point : points) {
    const int count = std::stoi(point["parameters"]["devices.0.count"].get<std::string>());
    if (point["latency_s.p95"]["value"].get<double>() > 0.06 || point["stability.stable"]["value"] != 1.0)
      continue;
    if (count <= best) continue;
    best = count;
    policy = point["parameters"]["devices.0.policy"].get<std::string>();
  }
  CHECK(answer["value"] == std::to_string(best));
  CHECK(answer["choice"]["devices.0.policy"] == policy);
  CHECK(10 * answer["replications"].get<std::size_t>() <= 5 * points.size());
}

TEST_CASE("a plan says what limits it, what would help and how sure it is") {
  const Workplace place;
  const Finished plan = run_offramp(place.path(), kPlan);
  INFO(plan.err);
  REQUIRE(plan.code == 0);
  CHECK_THAT(plan.out, ContainsSubstring("devices.0.count = ") && ContainsSubstring(", between ") &&
                           ContainsSubstring("One step more: ") && ContainsSubstring("Busiest is the ") &&
                           ContainsSubstring("it would be "));
}

TEST_CASE("what cannot be met is told with the constraint and by how much") {
  const Workplace place;
  const Finished plan =
      run_offramp(place.path(),
                  "plan tiny.yaml --set duration=5s --set compare=null --maximize devices.0.count --between "
                  "1,60 --subject-to "
                  "'accuracy.top1 >= 0.999' --subject-to 'latency_s.p95 <= 1' --choose devices.0.policy");
  INFO(plan.err);
  REQUIRE(plan.code == 0);
  CHECK_THAT(plan.out, ContainsSubstring("No setting meets all constraints") &&
                           ContainsSubstring("accuracy.top1 >= 0.999: ") && ContainsSubstring("missed by "));
}

TEST_CASE("a figure is minimized over what the profile offers") {
  const Workplace place;
  const Finished plan =
      run_offramp(place.path(),
                  "plan tiny.yaml --set duration=5s --set compare=null --set devices.1.count=1 --minimize "
                  "access.bytes_per_request --subject-to 'latency_s.p95 <= 1' --choose "
                  "devices.0.policy,devices.0.offload.from,devices.0.offload.codec --json");
  INFO(plan.err);
  REQUIRE(plan.code == 0);
  const Json best = Json::parse(plan.out)["best"];
  CHECK(best[0]["choice"]["devices.0.policy"] == "{rule: never}");
  CHECK(best[0]["value"] <= best[1]["value"]);
}

TEST_CASE("a plan without an objective, a constraint or values is refused with what to write") {
  const Workplace place;
  const auto refused = [&](const std::string& arguments) {
    const Finished plan = run_offramp(place.path(), "plan tiny.yaml " + arguments);
    CHECK(plan.code == 2);
    return plan.err;
  };
  CHECK_THAT(refused(""), ContainsSubstring("--maximize devices.0.count"));
  CHECK_THAT(refused("--maximize devices.0.count"),
             ContainsSubstring("--subject-to 'latency_s.p95 <= 200ms'"));
  CHECK_THAT(refused("--maximize devices.0.count --subject-to 'latency.p95 <= 1'"),
             ContainsSubstring("is no figure"));
  CHECK_THAT(refused("--maximize devices.0.count --subject-to 'latency_s.p95 <= 1' --choose cloud.servers"),
             ContainsSubstring("--choose cloud.servers=A,B,C"));
  CHECK_THAT(refused("--maximize devices.0.cuont --subject-to 'latency_s.p95 <= 1'"),
             ContainsSubstring("did you mean \"count\"?"));
}
