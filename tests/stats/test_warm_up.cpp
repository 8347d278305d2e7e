#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <vector>

#include "analysis/stats/warm_up.hpp"
#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Noise around 1 with a start that decays: 1 + 10 exp(-i / 50).
std::vector<double> decaying(std::size_t n, double start) {
  RandomEngine stream = random_stream(1, 0, 0, "warm-up");
  boost::random::uniform_01<double> uniform;
  std::vector<double> series;
  for (std::size_t i = 0; i < n; ++i)
    series.push_back(1 + start * std::exp(-static_cast<double>(i) / 50) + uniform(stream) - 0.5);
  return series;
}

/// MSER by its definition, every sum made anew.
double mser(const std::vector<double>& z, std::size_t d) {
  double mean = 0;
  for (std::size_t j = d; j < z.size(); ++j) mean += z[j] / static_cast<double>(z.size() - d);
  double squares = 0;
  for (std::size_t j = d; j < z.size(); ++j) squares += (z[j] - mean) * (z[j] - mean);
  return squares / std::pow(static_cast<double>(z.size() - d), 2);
}

}  // namespace

TEST_CASE("MSER-5 cuts where its definition is smallest") {
  const std::vector<double> series = decaying(2000, 10);
  std::vector<double> z;
  for (std::size_t b = 0; b < 400; ++b) {
    double sum = 0;
    for (std::size_t i = 0; i < 5; ++i) sum += series[5 * b + i];
    z.push_back(sum / 5);
  }
  std::size_t best = 0;
  for (std::size_t d = 0; d <= 200; ++d)
    if (mser(z, d) < mser(z, best)) best = d;
  CHECK(warm_up_mser5(series) == 5 * best);
  // What is left of the start there, 10 exp(-i / 50), is within the noise of a batch, 0.29 / sqrt 5 = 0.13.
  CHECK(5 * best > 150);
  CHECK(5 * best < 500);
}

TEST_CASE("a series that is steady from the start loses next to nothing") {
  CHECK(warm_up_mser5(decaying(5000, 0)).value() < 500);
  CHECK(warm_up_mser5(std::vector<double>(200, 7.0)) == 0U);  // of equal ones the earliest
}

TEST_CASE("a series that never settles has no warm-up that would do") {
  std::vector<double> rising;
  for (int i = 0; i < 1000; ++i) rising.push_back(i);
  CHECK(!warm_up_mser5(rising));
  CHECK(!warm_up_mser5(std::vector<double>(99, 1.0)));  // fewer than 20 batches
}
