#include <algorithm>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <vector>

#include "sim/workload/arrival_process.hpp"
#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

// Seeds are fixed, so that a test passes always or never; the error probabilities say how likely it was that
// a right process had failed it.
namespace {

constexpr std::size_t kArrivals = 100'000;
constexpr double kRatePerS = 4;

std::vector<double> poisson_arrivals_s(double rate_per_s, std::uint64_t device, std::size_t how_many) {
  const auto process = make_arrival_process({ArrivalSpec::Process::poisson, rate_per_s},
                                            random_stream(1, 0, device, "arrivals"));
  std::vector<double> times_s;
  for (std::size_t i = 0; i < how_many; ++i) times_s.push_back(process->next_s());
  return times_s;
}

std::vector<double> gaps_s(const std::vector<double>& times_s) {
  std::vector<double> gaps{times_s.front()};
  for (std::size_t i = 1; i < times_s.size(); ++i) gaps.push_back(times_s[i] - times_s[i - 1]);
  return gaps;
}

/// Arrivals of one device in each of the first `seconds` seconds.
std::vector<double> counts_per_second(std::size_t seconds) {
  const auto process =
      make_arrival_process({ArrivalSpec::Process::poisson, kRatePerS}, random_stream(1, 0, 0, "arrivals"));
  std::vector<double> counts(seconds, 0);
  for (double at_s = process->next_s(); at_s < static_cast<double>(seconds); at_s = process->next_s())
    ++counts[static_cast<std::size_t>(at_s)];
  return counts;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("Poisson arrivals come at the asked rate") {
  // Over 25,000 s at 4/s their number has mean and variance 100,000: within 4 sqrt(100,000) = 1265 of the
  // mean, so the rate within 1.3 % of 4/s, but for one time in 16,000.
  const double rate_per_s = mean_of(counts_per_second(25'000));
  CHECK(rate_per_s == Approx(4).margin(4 * std::sqrt(100'000.0) / 25'000));
}

TEST_CASE("counts of Poisson arrivals have a variance equal to their mean") {
  // (n - 1) s^2 / mean of n counts is nearly chi-square with n - 1 degrees of freedom: s^2 / mean has mean 1
  // and standard deviation sqrt(2 / (n - 1)) = 0.0089; beyond 4 of them one time in 16,000.
  const std::vector<double> counts = counts_per_second(25'000);
  const double mean = mean_of(counts);
  double squares = 0;
  for (const double count : counts) squares += (count - mean) * (count - mean);
  const double n = static_cast<double>(counts.size());
  CHECK(squares / (n - 1) / mean == Approx(1).margin(4 * std::sqrt(2 / (n - 1))));
}

TEST_CASE("counts of Poisson arrivals in a second have the Poisson distribution") {
  // Cells 0, 1, ..., 11, and 12 or more (expected 25,000 * 0.00092 = 23); rejects a right process one time in
  // 10,000.
  constexpr std::size_t kSeconds = 25'000;
  constexpr std::size_t kCells = 13;
  std::vector<double> observed(kCells, 0);
  for (const double count : counts_per_second(kSeconds))
    ++observed[std::min(kCells - 1, static_cast<std::size_t>(count))];
  const boost::math::poisson law(kRatePerS);
  std::vector<double> expected;
  for (std::size_t k = 0; k + 1 < kCells; ++k)
    expected.push_back(kSeconds * pdf(law, static_cast<double>(k)));
  expected.push_back(kSeconds * cdf(complement(law, static_cast<double>(kCells - 2))));
  CHECK(chi_square(observed, expected) < chi_square_bound(kCells));
}

TEST_CASE("gaps of Poisson arrivals have the exponential distribution") {
  // 1 - exp(-rate gap) is uniform in [0, 1): twenty cells of 5,000; rejects one time in 10,000.
  std::vector<double> observed(20, 0);
  for (const double gap_s : gaps_s(poisson_arrivals_s(kRatePerS, 0, kArrivals))) {
    const double uniform = -std::expm1(-kRatePerS * gap_s);
    ++observed[std::min<std::size_t>(19, static_cast<std::size_t>(20 * uniform))];
  }
  CHECK(chi_square(observed, std::vector<double>(20, kArrivals / 20.0)) < chi_square_bound(20));
}

TEST_CASE("gaps of Poisson arrivals do not depend on the gap before") {
  // The lag-1 correlation of n independent gaps has standard deviation 1/sqrt(n) = 0.0032; beyond 4 of them
  // one time in 16,000.
  const std::vector<double> gaps = gaps_s(poisson_arrivals_s(kRatePerS, 0, kArrivals));
  const double mean = mean_of(gaps);
  double variance = 0;
  double covariance = 0;
  for (std::size_t i = 0; i + 1 < gaps.size(); ++i) {
    variance += (gaps[i] - mean) * (gaps[i] - mean);
    covariance += (gaps[i] - mean) * (gaps[i + 1] - mean);
  }
  CHECK(covariance / variance == Approx(0).margin(4 / std::sqrt(static_cast<double>(kArrivals))));
}

TEST_CASE("Poisson arrivals are strictly increasing and after 0") {
  const std::vector<double> gaps = gaps_s(poisson_arrivals_s(kRatePerS, 0, kArrivals));
  CHECK(*std::min_element(gaps.begin(), gaps.end()) > 0);
}

TEST_CASE("Poisson arrivals of two devices differ and do not follow each other") {
  // As for neighbouring gaps: correlation 0 within 4 / sqrt(n).
  const std::vector<double> a = gaps_s(poisson_arrivals_s(kRatePerS, 0, kArrivals));
  const std::vector<double> b = gaps_s(poisson_arrivals_s(kRatePerS, 1, kArrivals));
  double covariance = 0;
  for (std::size_t i = 0; i < kArrivals; ++i) covariance += (a[i] - 0.25) * (b[i] - 0.25);
  const double variance = 1 / (kRatePerS * kRatePerS);
  CHECK(covariance / kArrivals / variance == Approx(0).margin(4 / std::sqrt(static_cast<double>(kArrivals))));
}

TEST_CASE("twice the rate brings the same Poisson arrivals in half the time") {
  // Common random numbers over a sweep of the rate; halving is exact in binary.
  const std::vector<double> slow = poisson_arrivals_s(kRatePerS, 7, 1000);
  const std::vector<double> fast = poisson_arrivals_s(2 * kRatePerS, 7, 1000);
  for (std::size_t i = 0; i < slow.size(); ++i) CHECK(fast[i] == slow[i] / 2);
}
