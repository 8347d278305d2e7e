#include "sim/record/stage_times.hpp"

#include <numeric>

#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Over a gateway that computes: every stage another power of two long, so that no two can be mistaken.
RequestRecord way_over_a_gateway() {
  RequestRecord request;
  request.outcome = Outcome::completed;
  request.through_gateway = true;
  request.answered_by = 2;
  request.arrival_s = 100;
  request.tiers[0] = {100, 100, 101, 103, 107};         // queue 1, compute 2, encode 4
  request.tiers[1] = {115, 117, 119, 131, 131};         // up 8, gateway 16
  request.tiers[2] = {163, 227, 355, 611, kNotPassed};  // on 32, decode 64, queue 128, compute 256
  request.answered_s = 1123;                            // down 512
  return request;
}

std::vector<double> totals(const StageTimes& times) {
  std::vector<double> all;
  for (std::size_t s = 0; s < kStages; ++s) all.push_back(times.total_s(static_cast<Stage>(s)));
  return all;
}

}  // namespace

TEST_CASE("a latency falls into its stages without a rest") {
  StageTimes times;
  times.add(way_over_a_gateway());
  CHECK(totals(times) == std::vector<double>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
  CHECK(times.requests() == 1);
}

TEST_CASE("what a device answers has its queue and its compute alone") {
  RequestRecord request;
  request.outcome = Outcome::completed;
  request.answered_by = 0;
  request.arrival_s = 5;
  request.tiers[0].started_s = 6;
  request.tiers[0].computed_s = request.answered_s = 9;
  StageTimes times;
  times.add(request);
  CHECK(totals(times) == std::vector<double>{1, 3, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("what a gateway answers has no cloud, and what passes none has no gateway") {
  RequestRecord request = way_over_a_gateway();
  request.answered_by = 1;
  request.answered_s = 132;
  StageTimes times;
  times.add(request);
  CHECK(totals(times) == std::vector<double>{1, 2, 4, 8, 16, 0, 0, 0, 0, 1});

  request = way_over_a_gateway();
  request.through_gateway = false;
  request.answered_by = 1;
  request.tiers[1] = {115, 117, 119, 131, kNotPassed};  // the cloud: decode 2, queue 2, compute 12
  request.answered_s = 132;
  StageTimes direct;
  direct.add(request);
  CHECK(totals(direct) == std::vector<double>{1, 2, 4, 8, 0, 0, 2, 2, 12, 1});
}
