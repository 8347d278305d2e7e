#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// Two minutes from 19:59 on, with a night that begins after one of them.
Scenario dusk() {
  Scenario scenario = probe_scenario(20, 5);
  scenario.duration_s = 120;
  scenario.start_s = 20 * 3600 - 60;
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe"};
  scenario.network.uplink = {1e6, 0.005, 150e3};
  scenario.devices[0].night = NightSpec{20 * 3600, 6 * 3600, scenario.devices[0].model};
  return scenario;
}

}  // namespace

TEST_CASE("by night the images of another profile are seen") {
  // By day exit 0 is sure of both images and nothing is sent; by night it is sure of none of three, wrong
  // about image 2, and everything is sent with other sizes.
  const ProbeProfile day({true, true}, 100);
  ProbeProfile night({false, false, false}, 700);
  std::swap(night.final_logits[4], night.final_logits[5]);
  const Replication run = simulate_apart(dusk(), {day.profile(), night.profile()});
  double by_day = 0, by_night = 0;
  for (const RequestRecord& request : run.requests) {
    if (request.arrival_s < 60) {
      ++by_day;
      CHECK(request.image < 2);
      CHECK(request.exit == 0);
      CHECK(request.payload_bytes == 0);
      CHECK(request.correct);
    } else {
      ++by_night;
      CHECK(request.image < 3);
      CHECK(request.payload_bytes == 700);
      if (request.outcome == Outcome::completed) {
        CHECK(request.exit == 1);
        CHECK(request.correct == (request.image != 2));
      }
    }
  }
  // 20 devices at 5/s bring 6,000 in each minute, with a standard deviation of 77.
  CHECK(std::abs(by_day - 6000) < 4 * 77.5);
  CHECK(std::abs(by_night - 6000) < 4 * 77.5);
}

TEST_CASE("a night may end on the next morning or on the same day") {
  const NightSpec over_midnight{20 * 3600, 6 * 3600, {}};
  CHECK(over_midnight.holds(20 * 3600));
  CHECK(over_midnight.holds(0));
  CHECK(!over_midnight.holds(6 * 3600));
  CHECK(!over_midnight.holds(20 * 3600 - 1));
  const NightSpec early{3600, 6 * 3600, {}};
  CHECK(early.holds(3600));
  CHECK(!early.holds(6 * 3600));
  CHECK(!early.holds(0));
}

TEST_CASE("a night in which the same images are seen changes nothing") {
  // It holds all the time of the run, so that no batch is parted by its beginning.
  const ProbeProfile probe({true, false, false}, 500);
  Scenario with = dusk();
  with.devices[0].night->from_s = 12 * 3600;
  Scenario without = with;
  without.devices[0].night.reset();
  const Replication a = simulate_apart(with, probe.profile());
  const Replication b = simulate_apart(without, probe.profile());
  REQUIRE(a.requests.size() == b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) {
    CHECK(a.requests[i].arrival_s == b.requests[i].arrival_s);
    CHECK(a.requests[i].image == b.requests[i].image);
    CHECK(a.requests[i].exit == b.requests[i].exit);
    CHECK((a.requests[i].answered_s == b.requests[i].answered_s || std::isnan(a.requests[i].answered_s)));
  }
}

TEST_CASE("requests of day and night do not share a batch") {
  // Batches of 8 that wait for a second: the images of a batch are all of one profile, or times would be
  // those of others. By day a batch takes 0.1 s on 1 FLOP/s, by night 0.2 s.
  Scenario scenario = dusk();
  scenario.devices[0].policy = {"always", {}, {}};
  scenario.cloud.type.flops_per_s = 1;
  scenario.cloud.servers = 1000;
  scenario.cloud.batch_max = 8;
  scenario.cloud.batch_wait_s = 1;
  const ProbeProfile probe({false}, 100);
  ExitProfile day = probe.profile(), night = probe.profile();
  day.exits[1].backbone.flops = 0.1;
  night.exits[1].backbone.flops = 0.2;
  const Replication run = simulate_apart(scenario, {day, night});
  double of_one_day = 0, of_one_night = 0;
  for (const RequestRecord& request : run.requests) {
    if (request.outcome != Outcome::completed) continue;
    const double batch_s = request.tiers[1].computed_s - request.tiers[1].started_s;
    const bool by_day = request.arrival_s < 60;
    const double size = batch_s / (by_day ? 0.1 : 0.2);
    CHECK(size == Approx(std::round(size)));
    if (by_day)
      ++of_one_day;
    else
      ++of_one_night;
  }
  CHECK(of_one_day > 5000);
  CHECK(of_one_night > 5000);
}
