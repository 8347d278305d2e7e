#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "analysis/stats/block_bootstrap.hpp"
#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// x_i = phi x_(i-1) + e_i with e_i of variance 1, from the stationary state on.
std::vector<double> autoregressive(double phi, std::size_t n, std::uint64_t number) {
  RandomEngine random = random_stream(7, 0, number, "series");
  boost::random::normal_distribution<double> normal;
  std::vector<double> series{normal(random) / std::sqrt(1 - phi * phi)};
  while (series.size() < n) series.push_back(phi * series.back() + normal(random));
  return series;
}

double half_width(const SeriesMean& mean) { return (mean.ci95.second - mean.ci95.first) / 2; }

}  // namespace

TEST_CASE("of independent values the interval is that of their mean") {
  const std::vector<double> series = autoregressive(0, 2000, 1);
  const SeriesMean mean = block_bootstrap(series, 1);
  // sigma = 1: 1.96 / sqrt(2000) = 0.0438; the sample's own deviation and 10,000 draws move it by a few per
  // cent.
  CHECK(half_width(mean) == Approx(1.96 / std::sqrt(2000.0)).epsilon(0.07));
  CHECK(optimal_block(series) < 4);
}

TEST_CASE("of a series whose neighbours are alike the interval is wider, as the process says") {
  // An AR(1) process with phi = 0.8: the mean of n values has variance 1 / (n (1 - phi)^2), 25 / n, where
  // independent values of the same spread had 1 / (1 - phi^2) / n, 2.8 / n: three times as narrow.
  double with_blocks = 0, one_by_one = 0;
  std::size_t blocks = 0;
  for (std::uint64_t number = 0; number < 20; ++number) {
    const std::vector<double> series = autoregressive(0.8, 2000, number);
    const SeriesMean mean = block_bootstrap(series);
    with_blocks += half_width(mean) / 20;
    one_by_one += half_width(block_bootstrap(series, 1)) / 20;
    blocks += mean.block;
  }
  const double truth = 1.96 * 5 / std::sqrt(2000.0);
  CHECK(with_blocks > 0.85 * truth);  // blocks cut some of the correlation at their ends
  CHECK(with_blocks < 1.1 * truth);
  CHECK(one_by_one < 0.4 * truth);
  // The optimum for this process: (2 G^2 / D)^(1/3) n^(1/3) with G = 2 phi sigma^2 / (1 - phi)^2 ... over
  // g(0) = sigma^2 (1 + phi) / (1 - phi), sigma^2 = 1 / (1 - phi^2): (1.5 (4.44)^2)^(1/3) 12.6 = 39.
  CHECK(blocks / 20 > 25);
  CHECK(blocks / 20 < 60);
}

TEST_CASE("a series gives the same interval each time, and a constant one has none to speak of") {
  const std::vector<double> series = autoregressive(0.5, 400, 3);
  CHECK(block_bootstrap(series).ci95 == block_bootstrap(series).ci95);
  const SeriesMean constant = block_bootstrap(std::vector<double>(50, 2.5));
  CHECK(constant.mean == 2.5);
  CHECK(constant.ci95 == std::pair(2.5, 2.5));
  CHECK(constant.block == 1);
  CHECK(block_bootstrap(std::vector<double>{3}).mean == 3);
  CHECK_THROWS_AS(block_bootstrap({}), std::invalid_argument);
}

TEST_CASE("one block as long as the series is the series itself") {
  // Every circular resampling of length n is the whole series turned round.
  const SeriesMean mean = block_bootstrap(autoregressive(0.5, 100, 4), 100);
  CHECK(half_width(mean) < 1e-12);
}
