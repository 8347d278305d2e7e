#include "sim/policy/temperature.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("the fitted temperature makes sureness equal to the share that is right") {
  // Each image has the logits m and 0 and names class 0, which is right for 3 of 4. The likelihood is
  // greatest where softmax(m / T) says 3/4 as well: exp(m / T) = 3, so T = m / ln 3.
  const std::vector<std::int32_t> labels{0, 0, 1, 0};
  for (const float m : {0.5F, 4.0F}) {
    std::vector<float> logits;
    for (std::size_t i = 0; i < labels.size(); ++i) logits.insert(logits.end(), {m, 0});
    CHECK(fit_temperature(logits, labels) == Approx(m / std::log(3.0)).epsilon(1e-5));
  }
}

TEST_CASE("a fitted temperature is a minimum") {
  const std::vector<float> logits{3, 0, 1, 2, -1, 0.5F, 0, 1, 0.2F, 4, 1, 1, -2, 2, 3};
  const std::vector<std::int32_t> labels{0, 1, 2, 0, 2};
  const double t = fit_temperature(logits, labels);
  const double least = mean_negative_log_likelihood(logits, labels, t);
  CHECK(least < mean_negative_log_likelihood(logits, labels, t * 1.01));
  CHECK(least < mean_negative_log_likelihood(logits, labels, t / 1.01));
}

TEST_CASE("no temperature is too low where every image is right, none too high where all are wrong") {
  const std::vector<float> logits{0.1F, 0, 0, 0.1F};
  CHECK(fit_temperature(logits, std::vector<std::int32_t>{0, 1}) == Approx(kLowestTemperature).epsilon(1e-4));
  CHECK(fit_temperature(logits, std::vector<std::int32_t>{1, 0}) ==
        Approx(kHighestTemperature).epsilon(1e-4));
}

TEST_CASE("the likelihood of undecided logits is that of chance") {
  CHECK(mean_negative_log_likelihood(std::vector<float>{7, 7, 7}, std::vector<std::int32_t>{1}, 3) ==
        Approx(std::log(3.0)));
}
