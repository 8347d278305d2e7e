#include <boost/random/uniform_01.hpp>

#include <cmath>
#include <vector>

#include "analysis/stats/proportion.hpp"
#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

constexpr double kZ = 1.959963984540054;  // normal quantile of 0.975

}  // namespace

TEST_CASE("Wilson's interval holds the proportions whose score test does not reject what was seen") {
  // Its ends p solve |k/n - p| = z sqrt(p (1 - p) / n).
  for (const auto& [k, n] : std::vector<std::pair<std::size_t, std::size_t>>{{9, 10}, {50, 100}, {3, 1000}}) {
    const auto [low, high] = wilson_interval95(k, n);
    const double seen = static_cast<double>(k) / static_cast<double>(n);
    for (const double p : {low, high})
      CHECK(std::abs(seen - p) == Approx(kZ * std::sqrt(p * (1 - p) / static_cast<double>(n))));
    CHECK(low < seen);
    CHECK(high > seen);
  }
  // None of n: the upper end solves p = z sqrt(p (1 - p) / n), so p = z^2 / (n + z^2).
  CHECK(wilson_interval95(0, 20).first == 0);
  CHECK(wilson_interval95(0, 20).second == Approx(kZ * kZ / (20 + kZ * kZ)));
  CHECK(wilson_interval95(20, 20).second == 1);
}

TEST_CASE("McNemar's test looks only at images that one of the two gets right") {
  // 1 against 5: P(at most 1 of 6) = (1 + 6) / 64, twice that.
  CHECK(mcnemar_p({100, 5, 1, 50}) == Approx(14.0 / 64));
  CHECK(mcnemar_p({100, 1, 5, 50}) == Approx(14.0 / 64));
  CHECK(mcnemar_p({0, 5, 1, 0}) == mcnemar_p({9999, 5, 1, 9999}));
  CHECK(mcnemar_p({100, 0, 0, 50}) == 1);
  CHECK(mcnemar_p({0, 4, 4, 0}) == 1);
}

TEST_CASE("pairs are counted image by image") {
  const std::vector<std::uint8_t> a{1, 1, 0, 0, 1}, b{1, 0, 1, 0, 1};
  const PairedCounts pairs = count_pairs(a, b);
  CHECK(pairs.both_right == 2);
  CHECK(pairs.first_only == 1);
  CHECK(pairs.second_only == 1);
  CHECK(pairs.both_wrong == 1);
  CHECK(pairs.difference() == 0);
}

TEST_CASE(
    "intervals of the difference turn around with the two answers, and are Wilson's without correlation") {
  const auto [low, high] = paired_difference_interval95({700, 40, 25, 235});
  const auto [low_back, high_back] = paired_difference_interval95({700, 25, 40, 235});
  CHECK(low == Approx(-high_back));
  CHECK(high == Approx(-low_back));
  // a d = b c: no correlation, so that half widths add in squares.
  const PairedCounts independent{40, 20, 20, 10};
  const auto [low1, high1] = wilson_interval95(60, 90);
  const auto [low2, high2] = wilson_interval95(60, 90);
  const double p = 60.0 / 90;
  CHECK(paired_difference_interval95(independent).first == Approx(-std::hypot(p - low1, high2 - p)));
  CHECK(paired_difference_interval95(independent).second == Approx(std::hypot(high1 - p, p - low2)));
}

TEST_CASE("the interval of the difference holds the true one in about 95 of 100 draws") {
  // 300 images; both right 0.80, only the first 0.07, only the second 0.05, none 0.08: the difference is
  // 0.02. Of 4,000 draws 95 % are 3,800, with a standard deviation of 14; the method is known to be within a
  // point.
  RandomEngine stream = random_stream(7, 0, 0, "paired proportions");
  boost::random::uniform_01<double> uniform;
  int held = 0;
  for (int draw = 0; draw < 4000; ++draw) {
    PairedCounts pairs;
    for (int image = 0; image < 300; ++image) {
      const double u = uniform(stream);
      ++(u < 0.80   ? pairs.both_right
         : u < 0.87 ? pairs.first_only
         : u < 0.92 ? pairs.second_only
                    : pairs.both_wrong);
    }
    const auto [low, high] = paired_difference_interval95(pairs);
    if (low <= 0.02 && 0.02 <= high) ++held;
  }
  CHECK(held > 3740);
  CHECK(held < 3870);
}

TEST_CASE("no loss is shown by many images, not by few") {
  // The same shares: a difference of -0.1 points with 1 image in 100 parted.
  CHECK(non_inferior({90000, 450, 550, 9000}, 0.003));
  CHECK_FALSE(non_inferior({900, 4, 5, 91}, 0.003));
  CHECK_FALSE(non_inferior({90000, 0, 1000, 9000}, 0.003));
}
