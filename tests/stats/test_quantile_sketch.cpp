#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "analysis/stats/quantile.hpp"
#include "analysis/stats/quantile_sketch.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

QuantileSketch sketch_of(const std::vector<double>& sample) {
  QuantileSketch sketch;
  for (const double value : sample) sketch.add(value);
  return sketch;
}

/// Every quantile of the sketch lies within its bound of the exact one. Interpolation between two order
/// statistics, each known within that part of itself, keeps the bound.
void check_against_exact(std::vector<double> sample) {
  const QuantileSketch sketch = sketch_of(sample);
  std::sort(sample.begin(), sample.end());
  for (int i = 0; i <= 2000; ++i) {
    const double p = i / 2000.0;
    const double exact = *quantile_of_sorted(sample, p);
    CAPTURE(p, exact);
    CHECK(std::abs(*sketch.quantile(p) - exact) <= QuantileSketch::kRelativeError * exact * (1 + 1e-12));
  }
  CHECK(*sketch.mean() == Approx(*mean(sample)).epsilon(1e-12));
}

}  // namespace

TEST_CASE("a sketch is within a thousandth of the exact quantiles, whatever the tail") {
  std::mt19937_64 random(1);
  std::vector<double> pareto;  // alpha = 1.1: the variance is infinite, the mean nearly so
  std::vector<double> lognormal;
  std::vector<double> two_modes;
  for (int i = 0; i < 100'000; ++i) {
    const double u = std::uniform_real_distribution<double>(1e-12, 1)(random);
    pareto.push_back(1e-3 * std::pow(u, -1 / 1.1));
    lognormal.push_back(std::lognormal_distribution<double>(-3, 2)(random));
    two_modes.push_back(i % 3 == 0 ? 1e-6 * (1 + u) : 100 * (1 + u));
  }
  check_against_exact(pareto);
  check_against_exact(lognormal);
  check_against_exact(two_modes);
}

TEST_CASE("few numbers, equal numbers and zeros have their quantiles too") {
  check_against_exact({0.2});
  check_against_exact({3, 1, 2});
  check_against_exact({7, 7, 7, 7, 7});
  check_against_exact({0, 0, 0, 0.5, 2});
  check_against_exact({0x1p-40, 1, 0x1p39});
}

TEST_CASE("the ends of a sketch are exact") {
  const QuantileSketch sketch = sketch_of({0.1234567, 0.2, 0.7654321});
  CHECK(*sketch.quantile(0) == 0.1234567);
  CHECK(*sketch.quantile(1) == 0.7654321);
}

TEST_CASE("a sketch does not grow") {
  QuantileSketch sketch;
  const std::size_t empty = sketch.buckets();
  for (int i = 0; i < 1'000'000; ++i) sketch.add(1e-6 * i);
  CHECK(sketch.buckets() == empty);
  CHECK(sketch.count() == 1'000'000);
}

TEST_CASE("an empty sketch has no quantiles, and none takes what is no duration") {
  QuantileSketch sketch;
  CHECK_FALSE(sketch.quantile(0.5));
  CHECK_FALSE(sketch.mean());
  CHECK_THROWS_AS(sketch.quantile(1.1), std::invalid_argument);
  CHECK_THROWS_AS(sketch.add(-1), std::invalid_argument);
  CHECK_THROWS_AS(sketch.add(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  CHECK_THROWS_AS(sketch.add(std::numeric_limits<double>::infinity()), std::invalid_argument);
}
