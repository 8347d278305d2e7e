#include "analysis/stats/difference.hpp"

#include <limits>
#include <vector>

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("under common random numbers what both share falls out") {
  // b - a is 1, 1, 1, 1.4, 0.6: mean 1, s = sqrt((0.16 + 0.16) / 4) = 0.282843; half width with t(0.975, 4) =
  // 2.776445: 2.776445 x 0.282843 / sqrt 5 = 0.351195. The values themselves lie between 10 and 90.
  const std::vector<double> a{10, 90, 50, 30, 70};
  const std::vector<double> b{11, 91, 51, 31.4, 70.6};
  const Estimate paired = paired_difference(a, b).value();
  CHECK(paired.value == Approx(1));
  CHECK(paired.ci95->first == Approx(1 - 0.351195).epsilon(1e-6));
  CHECK(paired.ci95->second == Approx(1 + 0.351195).epsilon(1e-6));
  // As if they were independent, nothing would be seen.
  CHECK(welch_difference(a, b)->ci95->first < 0);
}

TEST_CASE("Welch's interval has the degrees of freedom of Satterthwaite") {
  // Variances of the means: of 1, 2, 3, 4, 5: 2.5 / 5 = 0.5; of 10, 20, 30: 100 / 3. Together 33.8333;
  // degrees of freedom 33.8333^2 / (0.5^2 / 4 + 33.3333^2 / 2) = 2.06023. t(0.975, 2) = 4.302653 and t(0.975,
  // 3) = 3.182446 are its neighbours: the half width lies between 3.9 and 4.302653 times sqrt(33.8333)
  // = 5.816643.
  const Estimate difference =
      welch_difference(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{10, 20, 30}).value();
  CHECK(difference.value == Approx(17));
  const double half = (difference.ci95->second - difference.ci95->first) / 2;
  CHECK(half < 4.302653 * 5.816643);
  CHECK(half > 3.9 * 5.816643);
  CHECK(!welch_difference(std::vector<double>{1}, std::vector<double>{2})->ci95);
}

TEST_CASE("a pair of which one is undefined is left out") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Estimate paired =
      paired_difference(std::vector<double>{1, nan, 3}, std::vector<double>{2, 5, 4}).value();
  CHECK(paired.value == 1);
  CHECK(paired.left_out == 1);
  CHECK(!paired_difference(std::vector<double>{nan}, std::vector<double>{1}));
}
