#include "sim/record/metric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/catch.hpp"

using namespace offramp;

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a result crosses a pipe unchanged") {
  ReplicationResult result;
  result.metrics = {{"requests.offered", Metric::Kind::count, 9007199254740991.0},  // 2^53 - 1
                    {"exits.0.accuracy", Metric::Kind::estimate, kUndefined},
                    {"latency_s.mean", Metric::Kind::estimate, 0.1}};  // no float holds 0.1
  result.latency_quantiles_s = {1e-9, 0.1, 1.0 / 3};
  result.window_bytes = {0, 12345678.9};
  result.offered_loads = {{"device", 0.1}, {"uplink", 1.42}};
  result.requests = 1e6;
  result.loop_s = 0.7;
  result.setup_s = 0.01;
  result.write_s = 0.2;

  const ReplicationResult copy = replication_result_from(to_bytes(result));
  REQUIRE(copy.metrics.size() == 3);
  for (std::size_t m = 0; m < 3; ++m) {
    CHECK(copy.metrics[m].name == result.metrics[m].name);
    CHECK(copy.metrics[m].kind == result.metrics[m].kind);
  }
  CHECK(copy.metrics[0].value == 9007199254740991.0);
  CHECK(std::isnan(copy.metrics[1].value));
  CHECK(copy.metrics[2].value == 0.1);
  CHECK(copy.latency_quantiles_s == result.latency_quantiles_s);
  CHECK(copy.window_bytes == result.window_bytes);
  REQUIRE(copy.offered_loads.size() == 2);
  CHECK(copy.offered_loads[1].resource == "uplink");
  CHECK(copy.offered_loads[1].load == 1.42);
  CHECK(copy.requests == result.requests);
  CHECK(copy.loop_s == result.loop_s);
  CHECK(copy.setup_s == result.setup_s);
  CHECK(copy.write_s == result.write_s);
}

TEST_CASE("an empty result crosses a pipe as well") {
  const ReplicationResult copy = replication_result_from(to_bytes({}));
  CHECK(copy.metrics.empty());
  CHECK(copy.latency_quantiles_s.empty());
  CHECK(copy.window_bytes.empty());
  CHECK(copy.requests == 0);
}

TEST_CASE("the quantile grid rises from 0 to 1 and holds the quantiles that people ask for") {
  const std::vector<double>& grid = quantile_grid();
  CHECK(grid.front() == 0);
  CHECK(grid.back() == 1);
  CHECK(std::adjacent_find(grid.begin(), grid.end(), std::greater_equal<>()) == grid.end());
  for (const double asked : {0.5, 0.9, 0.95, 0.99, 0.999}) {
    CAPTURE(asked);
    CHECK(std::any_of(grid.begin(), grid.end(), [&](double p) { return std::abs(p - asked) < 1e-12; }));
  }
}
