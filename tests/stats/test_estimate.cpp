#include <cmath>
#include <limits>
#include <vector>

#include "analysis/stats/estimate.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("three replications give the interval that Student's t table says") {
  // Values 1, 2, 3: mean 2, s = 1; t(0.975, 2) = 4.30265 (table). Half width 4.30265 / sqrt(3).
  const std::vector<double> values = {1, 2, 3};
  const auto estimate = estimate_mean(values);
  REQUIRE(estimate.has_value());
  CHECK(estimate->value == 2);
  REQUIRE(estimate->ci95.has_value());
  CHECK(estimate->ci95->first == Approx(2 - 4.30265273 / std::sqrt(3.0)).epsilon(1e-8));
  CHECK(estimate->ci95->second == Approx(2 + 4.30265273 / std::sqrt(3.0)).epsilon(1e-8));
}

TEST_CASE("the half width follows the table of t and the root of n") {
  // t(0.975, n - 1) of printed tables: 12.7062 (1), 2.77645 (4), 2.26216 (9), 1.98422 (99).
  CHECK(half_width95(1, 2) == Approx(12.7062 / std::sqrt(2.0)).epsilon(1e-5));
  CHECK(half_width95(1, 5) == Approx(2.77645 / std::sqrt(5.0)).epsilon(1e-5));
  CHECK(half_width95(3, 10) == Approx(3 * 2.26216 / std::sqrt(10.0)).epsilon(1e-5));
  CHECK(half_width95(2, 100) == Approx(2 * 1.98422 / 10).epsilon(1e-5));
  CHECK_THROWS_AS(half_width95(1, 1), std::invalid_argument);
}

TEST_CASE("equal replications have an interval of no width") {
  const std::vector<double> values = {7, 7, 7, 7};
  CHECK(estimate_mean(values)->ci95 == std::pair(7.0, 7.0));
}

TEST_CASE("one replication has a mean and no interval") {
  const std::vector<double> values = {5};
  const auto estimate = estimate_mean(values);
  REQUIRE(estimate.has_value());
  CHECK(estimate->value == 5);
  CHECK_FALSE(estimate->ci95.has_value());
}

TEST_CASE("replications in which a quantity is undefined are left out and counted") {
  const std::vector<double> values = {1, kNan, 2, 3, kNan};
  const auto estimate = estimate_mean(values);
  REQUIRE(estimate.has_value());
  CHECK(estimate->value == 2);
  CHECK(estimate->used == 3);
  CHECK(estimate->left_out == 2);
  CHECK(estimate->ci95 == estimate_mean(std::vector<double>{1, 2, 3})->ci95);
}

TEST_CASE("a quantity that is never defined has no estimate") {
  CHECK_FALSE(estimate_mean({}).has_value());
  CHECK_FALSE(estimate_mean(std::vector<double>{kNan, kNan}).has_value());
}

TEST_CASE("a small spread on a large mean is not lost to rounding") {
  // 1e9 + {0, 1, 2}: s = 1, as without the 1e9.
  const std::vector<double> values = {1e9, 1e9 + 1, 1e9 + 2};
  const auto estimate = estimate_mean(values);
  CHECK(estimate->ci95->second - estimate->value == Approx(4.30265273 / std::sqrt(3.0)).epsilon(1e-6));
}
