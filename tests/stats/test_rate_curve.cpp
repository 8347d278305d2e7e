#include <cmath>

#include "analysis/stats/rate_curve.hpp"
#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("half the bytes at every loss are a mean difference of minus one half") {
  const std::vector<RatePoint> reference{{1000, 0}, {500, 0.01}, {200, 0.03}};
  std::vector<RatePoint> half = reference;
  for (RatePoint& point : half) point.bytes /= 2;
  REQUIRE(*mean_rate_difference(half, reference, 0.05) == Approx(-0.5));
  REQUIRE(*mean_rate_difference(reference, half, 0.05) == Approx(1));
  REQUIRE(*mean_rate_difference(reference, reference, 0.05) == Approx(0).margin(1e-12));
}

TEST_CASE("the mean is over the logarithm of bytes and over the losses that both reach") {
  // ln bytes of the first falls linearly from ln 400 at loss 0 to ln 100 at 0.04; the reference stays between
  // 200 and 200 (1 + 1e-12). Over 0.01 .. 0.02: ln 400 - ln 4 (loss / 0.04) is on average ln 400 - ln 4 x
  // 3/8.
  const std::vector<RatePoint> curve{{400, 0}, {100, 0.04}};
  const std::vector<RatePoint> reference{{200, 0.02}, {200 + 2e-10, 0.01}};
  REQUIRE(*mean_rate_difference(curve, reference, 0.05) ==
          Approx(std::exp(std::log(2.0) - std::log(4.0) * 3 / 8) - 1));
  // Only the losses up to 0.015 count: the mean place is 0.0125, 5/16 of the way.
  REQUIRE(*mean_rate_difference(curve, reference, 0.015) ==
          Approx(std::exp(std::log(2.0) - std::log(4.0) * 5 / 16) - 1));
}

TEST_CASE("a setting that costs more and loses as much does not count") {
  const std::vector<RatePoint> reference{{1000, 0}, {500, 0.01}, {200, 0.03}};
  std::vector<RatePoint> worse = reference;
  worse.push_back({900, 0.02});
  worse.push_back({1000, 0.005});
  REQUIRE(rate_frontier(worse).size() == 3);
  REQUIRE(*mean_rate_difference(worse, reference, 0.05) == Approx(0).margin(1e-12));
}

TEST_CASE("curves without a common loss have no difference") {
  const std::vector<RatePoint> fine{{1000, 0}, {500, 0.01}};
  REQUIRE_FALSE(mean_rate_difference({{100, 0.03}, {90, 0.05}}, fine, 0.05));
  REQUIRE_FALSE(mean_rate_difference({{100, 0.005}}, fine, 0.05));
}
