#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/random_stream.hpp"
#include "sim/simulation/frames_by_count.hpp"
#include "sim/workload/people_in_view.hpp"
#include "tests/catch.hpp"
#include "tests/profile/small_cells.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A camera that sends a frame a second for 100 s, each of the four frames 25 times, over a network that
/// never keeps anybody waiting.
Scenario one_camera() {
  Scenario scenario = probe_scenario(1, 1);
  DeviceGroup& camera = scenario.devices[0];
  camera.model.cells = CellGrid{1, 2};
  camera.arrivals = {ArrivalSpec::Process::periodic, 1};
  camera.policy = {"entropy", {0.3}, {}};
  camera.offload = OffloadSpec{"exit 0", "int8_zstd"};
  camera.people = PeopleSpec{"test"};
  return scenario;
}

RoutePlan route_of(const Scenario& scenario, const ExitProfile& profile) {
  return plan_route(scenario.devices[0], scenario, profile);
}

std::string refusal(const Scenario& scenario, const ExitProfile& profile) {
  try {
    route_of(scenario, profile);
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("cells that no exit of the device accepts are sent and answered behind the split") {
  // See the table of SmallCells. Frame 0 is answered on the device; of frames 1, 2, 3 one, one and two of two
  // cells are left. Counted: 0, 1 + 0.25, 1.5 + 2.5, 1 + 0.5 of 0, 1, 5, 2, so that the errors are 0, 0.25,
  // 1, 0.5. Of the five cells with people four are found and the second of frame 3 is missed; none is
  // invented.
  const SmallCells numbers;
  const ExitProfile profile = numbers.profile();
  const Scenario scenario = one_camera();
  const Replication run = simulate_apart(scenario, profile);
  const ReplicationResult& r = run.result;
  REQUIRE(run.requests.size() == 100);
  CHECK(metric_of(r, "requests.completed") == 100);
  CHECK(metric_of(r, "count_mae") == Approx((0 + 0.25 + 1 + 0.5) / 4));
  CHECK(metric_of(r, "cell_f1") == Approx(2 * 4.0 / (2 * 4 + 1)));
  CHECK(metric_of(r, "cloud_cell_ratio") == Approx((0 + 1 + 1 + 2) / 8.0));
  // By the final exit alone only frame 3 is off, by a quarter.
  CHECK(metric_of(r, "count_mae_cloud") == Approx(0.25 / 4));
  CHECK(metric_of(r, "exits.0.share") == Approx(0.25));
  CHECK(metric_of(r, "exits.1.share") == Approx(0.75));
  CHECK(metric_of(r, "uplink.payload_bytes_per_request") == Approx((0 + 100 + 120 + 300) / 4.0));
  CHECK(std::isnan(metric_of(r, "accuracy.top1")));
  CHECK(std::isnan(metric_of(r, "exits.1.accuracy")));
  CHECK(std::isnan(metric_of(r, "count_mae_in_time")));  // no deadline
  CHECK(r.image_sampling.empty());
}

TEST_CASE("a camera replays its frames in order and each camera from a frame of its own") {
  const SmallCells numbers;
  Scenario scenario = one_camera();
  scenario.devices[0].count = 40;
  const Replication run = simulate_apart(scenario, numbers.profile());
  std::vector<int> last(40, -1), begins(SmallCells::kFrames, 0);
  for (const RequestRecord& request : run.requests) {
    int& before = last[request.device];
    if (before < 0)
      ++begins[request.image];
    else
      CHECK(request.image == (static_cast<std::uint32_t>(before) + 1) % SmallCells::kFrames);
    before = static_cast<int>(request.image);
  }
  // Each frame is the first of 10 cameras on the mean, with a standard deviation of 2.7.
  for (const int cameras : begins) CHECK(std::abs(cameras - 10) < 4 * 2.74);
}

TEST_CASE("a camera shows frames with as many people as its process says, or the nearest number") {
  // The frames have 0, 1, 5 and 2 people: a count of 3 is shown as 2, from 4 on it is 5.
  const SmallCells numbers;
  Scenario scenario = one_camera();
  scenario.devices[0].count = 3;
  scenario.duration_s = 2000;
  const PeopleMoments moments{2, 3, 7, 0.3};
  scenario.devices[0].people = PeopleSpec{"", moments};
  const Replication run = simulate_apart(scenario, numbers.profile());
  REQUIRE(run.requests.size() == 6000);
  const PeopleProcess process(moments);
  const RandomEngine shared = random_stream(scenario.seed, 0, 0, "people of the group");
  std::vector<PeopleInView> cameras;
  for (std::uint64_t device = 0; device < 3; ++device)
    cameras.emplace_back(process, random_stream(scenario.seed, 0, device, "people"), shared);
  double off = 0;
  bool as_counted = true;
  for (const RequestRecord& request : run.requests) {  // in order of arrival
    const std::uint32_t people = cameras[request.device].at(request.arrival_s);
    const std::uint32_t frame = people == 0 ? 0 : people == 1 ? 1 : people <= 3 ? 3 : 2;
    const std::array shown{0, 1, 5, 2};
    as_counted = as_counted && request.image == frame;
    off += std::abs(shown[frame] - static_cast<double>(people));
  }
  CHECK(as_counted);
  CHECK(metric_of(run.result, "people_shown_off") == Approx(off / 6000));
  CHECK(off > 0);
  scenario.devices[0].people = PeopleSpec{"test"};
  CHECK_THROWS(metric_of(simulate_apart(scenario, numbers.profile()).result, "people_shown_off"));
}

TEST_CASE("people whom no frame shows are refused") {
  const SmallCells numbers;
  Scenario scenario = one_camera();
  scenario.devices[0].people = PeopleSpec{"", PeopleMoments{6, 6, 7}};
  CHECK_THAT(
      refusal(scenario, numbers.profile()),
      ContainsSubstring("people.mean: 6 people, but the frames of tiny_people show 0 to 5; allowed: these"));
}

TEST_CASE("edge-only and all-cloud are the ends of the same mechanism") {
  const SmallCells numbers;
  const ExitProfile profile = numbers.profile();
  Scenario scenario = one_camera();
  scenario.devices[0].policy = {"never", {}, {}};
  ReplicationResult r = simulate_apart(scenario, profile).result;
  // Counted 0, 1.5, 3.5, 1; the first cell of frame 2 is missed, the second of frame 1 invented.
  CHECK(metric_of(r, "count_mae") == Approx((0 + 0.5 + 1.5 + 1) / 4));
  CHECK(metric_of(r, "cell_f1") == Approx(2 * 4.0 / (2 * 4 + 2)));
  CHECK(metric_of(r, "cloud_cell_ratio") == 0);
  CHECK(metric_of(r, "uplink.payload_bytes_per_request") == 0);

  scenario.devices[0].policy = {"always", {}, {}};
  r = simulate_apart(scenario, profile).result;
  CHECK(metric_of(r, "count_mae") == Approx(0.25 / 4));
  CHECK(metric_of(r, "cell_f1") == 1);
  CHECK(metric_of(r, "cloud_cell_ratio") == 1);
  CHECK(metric_of(r, "uplink.payload_bytes_per_request") == Approx((410 + 400 + 420 + 430) / 4.0));

  // The image travels: exit 0 takes in the cloud what it is sure of, all else is the final exit's.
  scenario.devices[0].policy = {"entropy", {0.3}, {}};
  scenario.devices[0].offload = OffloadSpec{"input", "jpeg75"};
  r = simulate_apart(scenario, profile).result;
  // Frame 2: 2 of the final exit and 2.5 of exit 0; frame 3: 1 + 0.75.
  CHECK(metric_of(r, "count_mae") == Approx((0 + 0 + 0.5 + 0.25) / 4));
  CHECK(metric_of(r, "exits.0.share") == Approx(0.25));
  CHECK(metric_of(r, "uplink.payload_bytes_per_request") == Approx(1150));
}

TEST_CASE("a frame that does not come in time says nothing, and one that fell back what the device knows") {
  const SmallCells numbers;
  const ExitProfile profile = numbers.profile();
  Scenario scenario = one_camera();
  scenario.deadline_s = 0.05;
  scenario.network.uplink.latency_s = 0.1;
  ReplicationResult r = simulate_apart(scenario, profile).result;
  // The last frame may be on its way at the end. Only frame 0, which the device answers, is there in time: of
  // 1, 5 and 2 people nobody is counted, and all five cells with people are missed.
  CHECK(metric_of(r, "count_mae_in_time") == Approx((0 + 1 + 5 + 2) / 4.0).margin(0.05));
  CHECK(metric_of(r, "cell_f1_in_time") == 0);
  CHECK(metric_of(r, "count_mae") == Approx((0 + 0.25 + 1 + 0.5) / 4).margin(0.01));  // it comes, too late
  CHECK(std::isnan(metric_of(r, "accuracy.in_time")));
  CHECK(metric_of(r, "deadline.met_share") == Approx(0.25).margin(0.01));

  // With a timeout the device answers the cells that are left from its last exit, as in edge-only.
  scenario.devices[0].offload->timeout_s = 0.02;
  r = simulate_apart(scenario, profile).result;
  CHECK(metric_of(r, "requests.fallen_back") == 75);
  CHECK(metric_of(r, "count_mae") == Approx((0 + 0.5 + 1.5 + 1) / 4));
  CHECK(metric_of(r, "count_mae_in_time") == Approx((0 + 0.5 + 1.5 + 1) / 4));
  CHECK(metric_of(r, "cell_f1_in_time") == Approx(2 * 4.0 / (2 * 4 + 2)));
  CHECK(metric_of(r, "cloud_cell_ratio") == Approx(0.5));  // they were left, and sent
}

TEST_CASE("a ratio of cells sends that part of what all cells cost, and then nothing is known of answers") {
  const SmallCells numbers;
  const ExitProfile profile = numbers.profile();
  Scenario scenario = one_camera();
  const auto bytes_at = [&](double ratio) {
    scenario.devices[0].cell_ratio = ratio;
    const RoutePlan route = route_of(scenario, profile);
    return std::vector<std::uint32_t>(route.hops[0].payload_bytes.begin(), route.hops[0].payload_bytes.end());
  };
  CHECK(bytes_at(1) == numbers.bytes_of_all);
  CHECK(bytes_at(0.5) == std::vector<std::uint32_t>{205, 200, 210, 215});
  CHECK(bytes_at(0.003) == std::vector<std::uint32_t>{1, 1, 1, 1});  // 1.23, 1.2, 1.26, 1.29: rounded at last

  scenario.devices[0].cell_ratio = 0.5;
  ReplicationResult r = simulate_apart(scenario, profile).result;
  CHECK(metric_of(r, "uplink.payload_bytes_per_request") == Approx((205 + 200 + 210 + 215) / 4.0));
  CHECK(metric_of(r, "cloud_cell_ratio") == 0.5);
  CHECK(metric_of(r, "exits.1.share") == 1);
  CHECK(std::isnan(metric_of(r, "count_mae")));
  CHECK(std::isnan(metric_of(r, "cell_f1")));
  CHECK(metric_of(r, "count_mae_cloud") == Approx(0.25 / 4));

  scenario.devices[0].cell_ratio = 0;
  r = simulate_apart(scenario, profile).result;
  CHECK(metric_of(r, "requests.offloaded") == 0);
  CHECK(metric_of(r, "exits.0.share") == 1);
}

TEST_CASE("thresholds behind the split mask nothing, so that they may be others than the mask's") {
  // With a third exit behind the split the mask's second threshold is none of the device's.
  const SmallCells numbers;
  ExitProfile profile = numbers.profile();
  profile.exits.push_back(profile.exits.back());
  profile.masks[0].thresholds = {0.3, 0.1};
  for (ImageSet& set : profile.sets) {
    set.logits.insert(set.logits.begin() + 1, set.logits[0]);
    set.counts.insert(set.counts.begin() + 1, set.counts[0]);
  }
  for (SplitPoint& split : profile.splits)
    for (CodecAnswers& answers : split.codecs)
      for (CodedSet& coded : answers.sets) {
        coded.logits.push_back(coded.logits.back());
        coded.counts.push_back(coded.counts.back());
      }
  Scenario scenario = one_camera();
  scenario.devices[0].policy.thresholds = {0.3, 0.2};
  CHECK(refusal(scenario, profile).empty());
  scenario.devices[0].policy.thresholds = {0.31, 0.1};
  CHECK_THAT(refusal(scenario, profile), ContainsSubstring("under the policy entropy [0.31, 0.1]"));
}

TEST_CASE("a policy without a mask is refused with those that have one and how to add it") {
  const SmallCells numbers;
  const ExitProfile profile = numbers.profile();
  Scenario scenario = one_camera();
  scenario.devices[0].policy = {"margin", {0.5}, {}};
  CHECK_THAT(refusal(scenario, profile),
             ContainsSubstring("no int8_zstd at \"exit 0\" under the policy margin [0.5]") &&
                 ContainsSubstring("There it stands under: entropy [0.3]; always.") &&
                 ContainsSubstring("--mask margin:0.5"));
  scenario.devices[0].policy = {"entropy", {0.4}, {}};
  CHECK_THAT(refusal(scenario, profile),
             ContainsSubstring(
                 "or add it: offramp profile tiny_people --codec \"exit 0:int8_zstd\" --mask entropy:0.4"));
  // No two exits in a row before the split: nothing is accepted, and all cells travel.
  scenario.devices[0].policy = {"patience", {}, {}, 1};
  CHECK(refusal(scenario, profile).empty());
  scenario = one_camera();
  scenario.devices[0].policy.temperatures = {2};
  CHECK_THAT(refusal(scenario, profile), ContainsSubstring("were made without"));
  scenario = one_camera();
  scenario.devices[0].model.cells.reset();
  CHECK_THAT(refusal(scenario, profile),
             ContainsSubstring(
                 "answers by cells of 1x2, its model.yaml says no cells; write there \"cells: [1, 2]\""));
  scenario = one_camera();
  scenario.devices[0].people->replay = "mall";
  CHECK_THAT(refusal(scenario, profile),
             ContainsSubstring("no image set \"mall\"; there are: validation, test"));
  scenario.devices[0].people->replay = "no_such_dataset";  // the profile's own data: its test set
  CHECK(refusal(scenario, profile).empty());
}

TEST_CASE("a frame is found whose number of people is nearest") {
  const SmallCells numbers;
  const FrameOutcomes frames = route_of(one_camera(), numbers.profile()).frames;
  const FramesByCount by_count(frames.answered);  // 0, 1, 5 and 2 people in frames 0 to 3
  RandomEngine random = random_stream(1, 0, 0, "test");
  const auto shown = [&](double people) {
    std::vector<bool> seen(SmallCells::kFrames, false);
    for (int i = 0; i < 200; ++i) seen[by_count.frame_for_count(people, random)] = true;
    return seen;
  };
  CHECK(shown(0) == std::vector{true, false, false, false});
  CHECK(shown(1.2) == std::vector{false, true, false, false});
  CHECK(shown(3.4) == std::vector{false, false, false, true});
  CHECK(shown(3.6) == std::vector{false, false, true, false});
  CHECK(shown(100) == std::vector{false, false, true, false});
  CHECK(shown(1.5) == std::vector{false, true, false, true});  // as near to 1 as to 2
  const std::vector<FrameScore> alike(3, frames.answered[1]);
  const FramesByCount any(alike);
  std::vector<int> times(3, 0);
  for (int i = 0; i < 900; ++i) ++times[any.frame_for_count(7, random)];
  for (const int n : times) CHECK(std::abs(n - 300) < 4 * 14.2);  // binomial: sqrt(900 / 3 * 2 / 3) = 14.1
}
