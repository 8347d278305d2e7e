#include "tests/validation/fleet_sums.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace offramp;
using namespace offramp::validation;

namespace {

struct Found {
  double value = 0, error = 0;
};

/// Over replications, with its standard error.
template <class Of>
Found over_replications(int replications, Of of) {
  double sum = 0, squares = 0;
  for (int i = 0; i < replications; ++i) {
    const double value = of(static_cast<std::uint64_t>(i));
    sum += value;
    squares += value * value;
  }
  const double mean = sum / replications;
  return {mean, std::sqrt((squares / replications - mean * mean) / (replications - 1))};
}

}  // namespace

TEST_CASE("sums over cameras and windows have the variance of their correlations") {
  for (const Fleet& fleet :
       {Fleet{{30.5, 58.6, 8, 0.2}, 10, 2}, Fleet{{4, 12, 5}, 1, 5}, Fleet{{4, 12, 5}, 20, 0.3},
        Fleet{{5.8, 2.1, 6, 0.3}, 10, 2}, Fleet{{4, 12, 5, 0.5, 3}, 5, 2}})
    for (const double window_s : {0.1, 1.0, 10.0}) {
      const WindowSum expected = window_sum(fleet, window_s);
      // Deviations from the known mean: no window knows its own.
      const Found variance = over_replications(40, [&](std::uint64_t replication) {
        double squares = 0;
        FollowedFleet followed(fleet, window_s, 400, replication);
        for (std::size_t camera = 0; camera < fleet.cameras; ++camera) followed.add_camera();
        const std::vector<double>& sums = followed.sums();
        for (const double sum : sums) squares += std::pow(sum - expected.mean, 2);
        return squares / static_cast<double>(sums.size());
      });
      INFO(fleet.cameras << " cameras, " << window_s << " s: " << variance.value << " -+ " << variance.error
                         << " for " << expected.variance);
      CHECK(std::abs(variance.value - expected.variance) < 4 * variance.error);
      CHECK(variance.error < 0.2 * expected.variance);
    }
}

TEST_CASE("longer windows are made of shorter ones") {
  FollowedFleet tenths({{30, 60, 8}, 1, 2}, 0.1, 60, 1), seconds({{30, 60, 8}, 1, 2}, 1, 60, 1);
  tenths.add_camera();
  seconds.add_camera();
  CHECK(tenths.sums_over(10) == seconds.sums());
}

TEST_CASE("by hand: one frame of each of two cameras in a window") {
  // mean 2 m; variance 2 v + 2 c v F(1), F(1) = 2 (1 - (1 - 1/e)) = 2 / e.
  const WindowSum sum = window_sum({{10, 20, 1, 0.5}, 2, 1}, 1);
  CHECK(sum.mean == Approx(20));
  CHECK(sum.variance == Approx(2 * 20 + 2 * 0.5 * 20 * 2 / std::exp(1)));
  CHECK(normal_p95({20, 25}) == Approx(20 + 5 * 1.6448536));
  CHECK(gamma_p95({1, 1}) == Approx(-std::log(0.05)));  // an exponential distribution
}
