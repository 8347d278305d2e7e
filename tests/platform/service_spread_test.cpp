#include "sim/platform/service_spread.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("service times spread around their mean by what was asked") {
  // Mean 1 and standard deviation c. Of n = 200,000 draws the mean errs by c / sqrt(n) (one standard error),
  // the variance of a log-normal by about c^2 sqrt((kurtosis - 1) / n); five and ten of them are beyond
  // chance.
  const double spread = GENERATE(0.05, 0.3);
  constexpr int kDraws = 200'000;
  ServiceSpread service(spread, random_stream(1, 0, 0, "device service times"));
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double factor = service.factor();
    REQUIRE(factor > 0);
    sum += factor;
    squares += (factor - 1) * (factor - 1);
  }
  CHECK(std::abs(sum / kDraws - 1) < 5 * spread / std::sqrt(kDraws));
  CHECK(std::sqrt(squares / kDraws) == Approx(spread).epsilon(0.02));
}

TEST_CASE("without a spread every service takes exactly its mean") {
  ServiceSpread service(0, random_stream(1, 0, 0, "device service times"));
  for (int i = 0; i < 10; ++i) CHECK(service.factor() == 1);
}
