#include "sim/record/summary.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

using namespace offramp;
using Json = nlohmann::ordered_json;

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Two groups of 2 and 3 devices whose networks have two exits, none of them offloading.
Scenario scenario() {
  Scenario scenario;
  scenario.name = "office";
  scenario.seed = 11;
  scenario.duration_s = 60;
  scenario.devices.resize(2);
  scenario.devices[0].count = 2;
  scenario.devices[1].count = 3;
  for (DeviceGroup& group : scenario.devices) group.model.num_exits = 2;
  return scenario;
}

/// A replication in which the first exit answered this share with this accuracy.
ReplicationResult replication(double offered, double share, double accuracy) {
  ReplicationResult result;
  result.metrics = {{"requests.offered", Metric::Kind::count, offered},
                    {"exits.0.share", Metric::Kind::estimate, share},
                    {"exits.0.accuracy", Metric::Kind::estimate, accuracy},
                    {"exits.1.share", Metric::Kind::estimate, 1 - share}};
  result.requests = offered;
  result.loop_s = 0.5;
  result.setup_s = 0.25;
  result.write_s = 0.125;
  return result;
}

Json summary_of(const std::vector<ReplicationResult>& replications) {
  return summary_json(scenario(), "cloud only", replications);
}

}  // namespace

TEST_CASE("a summary says what was simulated") {
  const Json summary = summary_of({replication(10, 0.5, 1), replication(20, 0.5, 1)});
  CHECK(summary["name"] == "office");
  CHECK(summary["label"] == "cloud only");
  CHECK(summary["seed"] == 11);
  CHECK(summary["replications"] == 2);
  CHECK(summary["devices"] == 5);
  CHECK(summary["duration_s"] == 60);
}

TEST_CASE("counts are summed and written as whole numbers") {
  const Json summary = summary_of({replication(10, 0.5, 1), replication(20, 0.5, 1)});
  CHECK(summary["requests"]["offered"].dump() == "30");
}

TEST_CASE("a count beyond 32 bits keeps every digit") {
  const Json summary = summary_of({replication(5e12 + 1, 0.5, 1), replication(1, 0.5, 1)});
  CHECK(summary["requests"]["offered"].dump() == "5000000000002");
}

TEST_CASE("a count that nobody knows is null") {
  CHECK(summary_of({replication(10, 0.5, 1), replication(kUndefined, 0.5, 1)})["requests"]["offered"]
            .is_null());
}

TEST_CASE("estimates are averaged with the interval of Student's t") {
  // 0.2 and 0.4: mean 0.3, s = 0.1 sqrt 2, half width t(0.975; 1) s / sqrt 2 = 12.7062 * 0.1 = 1.27062.
  const Json share = summary_of({replication(1, 0.2, 1), replication(1, 0.4, 1)})["exits"][0]["share"];
  CHECK(share["value"].get<double>() == Approx(0.3));
  CHECK(share["ci95"][0].get<double>() == Approx(0.3 - 1.27062).epsilon(1e-5));
  CHECK(share["ci95"][1].get<double>() == Approx(0.3 + 1.27062).epsilon(1e-5));
}

TEST_CASE("one replication has no interval") {
  const Json share = summary_of({replication(1, 0.2, 1)})["exits"][0]["share"];
  CHECK(share["value"] == 0.2);
  CHECK(share["ci95"].is_null());
}

TEST_CASE("what is undefined in every replication is null") {
  const Json summary = summary_of({replication(1, 0, kUndefined), replication(1, 0, kUndefined)});
  REQUIRE(summary["exits"][0].contains("accuracy"));
  CHECK(summary["exits"][0]["accuracy"].is_null());
}

TEST_CASE("what is undefined in one replication is averaged over the others") {
  const Json summary = summary_of({replication(1, 0, kUndefined), replication(1, 0.1, 0.75)});
  CHECK(summary["exits"][0]["accuracy"]["value"] == 0.75);
  CHECK(summary["exits"][0]["accuracy"]["ci95"].is_null());  // one replication is left
}

TEST_CASE("numbers in a metric's name are positions of an array") {
  const Json summary = summary_of({replication(1, 0.25, 1)});
  REQUIRE(summary["exits"].is_array());
  REQUIRE(summary["exits"].size() == 2);
  CHECK(summary["exits"][1]["share"]["value"] == 0.75);
}

TEST_CASE("every exit says where it runs") {
  const std::vector<ReplicationResult> replications{replication(1, 0.25, 1)};
  const auto where = [&](const Scenario& s) {
    const Json exits = summary_json(s, "", replications)["exits"];
    return std::pair<std::string, std::string>(exits[0]["where"], exits[1]["where"]);
  };
  Scenario offloading = scenario();
  CHECK(where(offloading) == std::pair<std::string, std::string>("device", "device"));
  for (DeviceGroup& group : offloading.devices) group.offload = OffloadSpec{"exit 0", "raw_f32"};
  CHECK(where(offloading) == std::pair<std::string, std::string>("device", "cloud"));
  offloading.devices[0].offload = OffloadSpec{"input", "raw_u8"};
  CHECK(where(offloading) == std::pair<std::string, std::string>("mixed", "cloud"));
  for (DeviceGroup& group : offloading.devices)
    group.offload =
        OffloadSpec{"input", "raw_u8", {}, OffloadSpec::To::gateway, HopSpec{"exit 0", "raw_f32"}};
  CHECK(where(offloading) == std::pair<std::string, std::string>("gateway", "cloud"));
  for (DeviceGroup& group : offloading.devices) group.offload->onward.reset();
  CHECK(where(offloading) == std::pair<std::string, std::string>("gateway", "gateway"));
}

TEST_CASE("the latency distribution is the mean of those that there are") {
  ReplicationResult quick = replication(1, 0.5, 1);
  ReplicationResult slow = replication(1, 0.5, 1);
  quick.latency_quantiles_s.assign(quantile_grid().size(), 1);
  slow.latency_quantiles_s.assign(quantile_grid().size(), 2);
  const ReplicationResult nothing_completed = replication(1, 0.5, 1);
  const Json cdf = summary_of({quick, slow, nothing_completed})["latency_s"]["cdf"];
  CHECK(cdf["p"] == quantile_grid());
  CHECK(cdf["value"] == std::vector<double>(quantile_grid().size(), 1.5));
  CHECK(summary_of({nothing_completed})["latency_s"]["cdf"].is_null());
}

TEST_CASE("wall-clock times are summed and speed is requests over them") {
  // Two replications of 0.5 s, 10 and 20 requests: 30 in 1 s.
  const Json summary = summary_of({replication(10, 0.5, 1), replication(20, 0.5, 1)});
  CHECK(summary["wall_s"] == 1);
  CHECK(summary["requests_per_wall_s"] == 30);
  CHECK(summary["setup_s"] == 0.5);
  CHECK(summary["write_s"] == 0.25);
}

TEST_CASE("a summary says whether every resource can do what it is asked for") {
  ReplicationResult calm = replication(10, 0.5, 1);
  calm.offered_loads = {{"device", 0.2}, {"uplink", 0.99}, {"cloud", 0.5}};
  const Json stable = summary_of({calm})["stability"];
  CHECK(stable["stable"] == true);
  CHECK(stable["bottleneck"] == "uplink");
  CHECK(stable["load"]["uplink"] == 0.99);

  ReplicationResult busy = calm;
  busy.offered_loads[2].load = 1.42;
  const Json unstable = summary_of({busy})["stability"];
  CHECK(unstable["stable"] == false);
  CHECK(unstable["bottleneck"] == "cloud");
  CHECK(unstable["load"]["device"] == 0.2);
}
