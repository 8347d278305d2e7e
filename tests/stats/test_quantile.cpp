#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/stats/quantile.hpp"
#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("quantiles interpolate between the order statistics") {
  // n = 4, p = 0.95: h = 3 x 0.95 = 2.85, so 3 + 0.85 (4 - 3) = 3.85.
  const std::vector<double> sorted = {1, 2, 3, 4};
  CHECK(quantile_of_sorted(sorted, 0.95) == Approx(3.85));
  // h = 1.5: halfway between 2 and 3.
  CHECK(quantile_of_sorted(sorted, 0.5) == Approx(2.5));
  CHECK(quantile_of_sorted(sorted, 0) == 1.0);
  CHECK(quantile_of_sorted(sorted, 1) == 4.0);
}

TEST_CASE("the quantile k over 100 of the numbers 0 to 100 is k") {
  std::vector<double> sorted;
  for (int i = 0; i <= 100; ++i) sorted.push_back(i);
  for (int k = 0; k <= 100; ++k) CHECK(*quantile_of_sorted(sorted, k / 100.0) == Approx(k));
}

TEST_CASE("a sample in any order has the quantiles of the sorted one") {
  const std::vector<double> sorted = {-3, -3, 0.5, 1, 1, 2, 8, 13};
  for (const double p : {0.0, 0.1, 0.25, 0.5, 0.77, 0.95, 0.99, 1.0}) {
    std::vector<double> sample = {13, 1, -3, 8, 0.5, 1, 2, -3};
    CHECK(quantile(sample, p) == quantile_of_sorted(sorted, p));
  }
}

TEST_CASE("a sample of one value has that value as every quantile") {
  std::vector<double> sample = {6};
  CHECK(quantile(sample, 0) == 6.0);
  CHECK(quantile(sample, 0.5) == 6.0);
  CHECK(quantile(sample, 1) == 6.0);
}

TEST_CASE("an empty sample has neither quantile nor mean") {
  CHECK_FALSE(quantile({}, 0.5).has_value());
  CHECK_FALSE(quantile_of_sorted({}, 0.5).has_value());
  CHECK_FALSE(mean({}).has_value());
}

TEST_CASE("an infinite value does not spoil quantiles below it") {
  std::vector<double> sample = {std::numeric_limits<double>::infinity(), 1, 2};
  CHECK(quantile(sample, 0.5) == 2.0);
}

TEST_CASE("a p outside 0 to 1 is refused") {
  std::vector<double> sample = {1, 2};
  CHECK_THROWS_AS(quantile(sample, 1.01), std::invalid_argument);
  CHECK_THROWS_AS(quantile_of_sorted(sample, -0.01), std::invalid_argument);
  CHECK_THROWS_AS(quantile(sample, std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
}

TEST_CASE("the mean is the sum over the count") {
  const std::vector<double> sample = {1, 2, 6};
  CHECK(mean(sample) == Approx(3));
}
