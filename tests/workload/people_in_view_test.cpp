#include "sim/workload/people_in_view.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/poisson.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

namespace {

constexpr std::size_t kCameras = 20'000;

RandomEngine own_stream(std::uint64_t camera) { return random_stream(1, 0, camera, "people"); }
RandomEngine shared_stream() { return random_stream(1, 0, 0, "people shared"); }

/// What each of many independent cameras sees at some times.
std::vector<std::vector<double>> looks(const PeopleMoments& moments, const std::vector<double>& times_s) {
  const PeopleProcess process(moments);
  std::vector<std::vector<double>> counts(times_s.size());
  for (std::uint64_t i = 0; i < kCameras; ++i) {
    PeopleInView camera(process, own_stream(i), random_stream(1, 0, i, "people shared"));
    for (std::size_t k = 0; k < times_s.size(); ++k) counts[k].push_back(camera.at(times_s[k]));
  }
  return counts;
}

/// Mean of some numbers and its standard error.
struct Mean {
  explicit Mean(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    double squares = 0;
    for (const double x : values) value += x / n;
    for (const double x : values) squares += (x - value) * (x - value);
    error = std::sqrt(squares / (n - 1) / n);
  }
  /// Within four standard errors: fails one time in 16,000 of a right process.
  bool agrees(double right) const { return std::abs(value - right) <= 4 * error + 1e-9; }
  double value = 0, error = 0;
};

/// Products of deviations from the known mean: their mean is the covariance, or of one list the variance.
Mean covariance(const std::vector<double>& a, const std::vector<double>& b, double mean) {
  std::vector<double> products;
  for (std::size_t i = 0; i < a.size(); ++i) products.push_back((a[i] - mean) * (b[i] - mean));
  return Mean(products);
}

/// Over-dispersed up to the 33 times of a railway station, Poisson, and under-dispersed: two of the 29 series
/// of people that the data have, and the least variance of a whole number.
const std::vector<PeopleMoments> kAll = {{30.5, 55.8, 12}, {76.06, 2511, 300}, {0.14, 0.24, 20},
                                         {5, 5, 3},        {5.849, 2.126, 20}, {5.794, 3.51, 3},
                                         {3.55, 3.24, 6},  {2.5, 0.25, 1},     {1.2, 0.2, 4, 0, 1.0}};

}  // namespace

TEST_CASE("counts have the mean and the variance that were asked for, at the start and later") {
  for (const PeopleMoments& asked : kAll) {
    const auto counts = looks(asked, {0, 0.7 * asked.correlation_time_s, 20 * asked.correlation_time_s});
    for (const auto& now : counts) {
      const Mean mean(now), variance = covariance(now, now, asked.mean);
      INFO(asked.mean << ", " << asked.variance << ": " << mean.value << " -+ " << mean.error << ", "
                      << variance.value << " -+ " << variance.error);
      CHECK(mean.agrees(asked.mean));
      CHECK(variance.agrees(asked.variance));
      CHECK(variance.error < 0.05 * asked.variance);
    }
  }
}

TEST_CASE("the autocorrelation of the counts, not of something behind them, is exp(-lag / t)") {
  for (const PeopleMoments& asked : kAll) {
    const double t = asked.correlation_time_s;
    const auto counts = looks(asked, {1.5 * t, 1.6 * t, 2.5 * t, 4.5 * t});
    for (const auto& [k, lag] : {std::pair{1, 0.1}, {2, 1.0}, {3, 3.0}}) {
      const Mean found = covariance(counts[0], counts[static_cast<std::size_t>(k)], asked.mean);
      INFO(asked.mean << ", " << asked.variance << " at " << lag << " t: " << found.value / asked.variance
                      << " -+ " << found.error / asked.variance);
      CHECK(found.agrees(asked.variance * std::exp(-lag)));
    }
  }
}

TEST_CASE("over-dispersed counts are negative binomial, even ones Poisson, regular ones binomial") {
  const auto check = [](const PeopleMoments& asked, const auto& distribution, int most = 60) {
    std::vector<double> observed, expected;
    const std::vector<double> counts = looks(asked, {asked.correlation_time_s})[0];
    // Cells of single counts where 50 are expected, the rest together.
    double left = kCameras, left_expected = kCameras;
    for (int k = 0; k <= most; ++k) {
      const double of_it = kCameras * boost::math::pdf(distribution, k);
      if (of_it < 50) continue;
      observed.push_back(static_cast<double>(std::count(counts.begin(), counts.end(), k)));
      expected.push_back(of_it);
      left -= observed.back();
      left_expected -= of_it;
    }
    if (left_expected > 5) {
      observed.push_back(left);
      expected.push_back(left_expected);
    } else {
      CHECK(left < 30);
    }
    CHECK(chi_square(observed, expected) < chi_square_bound(observed.size()));
  };
  // r = m^2 / (v - m) = 9 / 6, probability of a failure 1 - m / v = 2 / 3.
  check({3, 9, 5}, boost::math::negative_binomial(1.5, 1.0 / 3));
  check({3, 9, 5, 0, 4}, boost::math::negative_binomial(1.5, 1.0 / 3));
  check({3, 9, 5, 0.4}, boost::math::negative_binomial(1.5, 1.0 / 3));  // both parts together
  check({4, 4, 5}, boost::math::poisson(4));
  check({4, 2, 5}, boost::math::binomial(8, 0.5), 8);  // n = m^2 / (m - v)
}

TEST_CASE("stays of more equal length keep the marginals and straighten the autocorrelation") {
  // Shape 2, scale s = 2 t / 3: P(D > u) = (1 + u / s) e^{-u/s}, whose integral from the lag on is
  // (2 s + lag) e^{-lag/s}, over E D = 2 s.
  const PeopleMoments asked{30, 60, 9, 0, 2};
  for (const double lag : {0.0, 1.0, 6.0, 30.0})
    CHECK(people_autocorrelation(asked, lag) == Approx((1 + lag / 12) * std::exp(-lag / 6)));
  // Whatever the shape, the time is the sum of the autocorrelation over all lags.
  for (const double shape : {0.25, 1.0, 2.0, 20.0}) {
    double area = 0;
    for (double lag = 0.005; lag < 400; lag += 0.01)
      area += 0.01 * people_autocorrelation({30, 60, 9, 0, shape}, lag);
    CHECK(area == Approx(9).epsilon(1e-3));
  }
  for (const double shape : {0.5, 2.0, 20.0}) {
    const PeopleMoments shaped{30, 60, 9, 0, shape};
    const auto counts = looks(shaped, {0, 2, 9, 18});
    CHECK(Mean(counts[3]).agrees(30));
    for (const auto& [k, lag] : {std::pair{1, 2.0}, {2, 9.0}, {3, 18.0}})
      CHECK(covariance(counts[0], counts[static_cast<std::size_t>(k)], 30)
                .agrees(60 * people_autocorrelation(shaped, lag)));
  }
}

TEST_CASE("two cameras of a group are as correlated as was asked, at equal times and later") {
  for (const PeopleMoments& asked : {PeopleMoments{30.5, 55.8, 12, 0.3}, PeopleMoments{5.849, 2.126, 20, 0.3},
                                     PeopleMoments{4, 40, 5, 0.9, 3}, PeopleMoments{0.5, 0.7, 5, 0.1}}) {
    const PeopleProcess process(asked);
    std::vector<double> a_now, b_now, b_later;
    const double t = asked.correlation_time_s;
    for (std::uint64_t i = 0; i < kCameras; ++i) {
      const RandomEngine shared = random_stream(1, 0, i, "people shared");
      PeopleInView a(process, own_stream(2 * i), shared), b(process, own_stream(2 * i + 1), shared);
      a_now.push_back(a.at(2 * t));
      b_now.push_back(b.at(2 * t));
      b_later.push_back(b.at(3 * t));
    }
    const double c = asked.cross_camera_correlation;
    INFO(asked.mean << ", " << asked.variance << ", " << c);
    CHECK(Mean(a_now).agrees(asked.mean));
    CHECK(covariance(a_now, a_now, asked.mean).agrees(asked.variance));
    CHECK(covariance(a_now, b_now, asked.mean).agrees(c * asked.variance));
    CHECK(
        covariance(a_now, b_later, asked.mean).agrees(c * asked.variance * people_autocorrelation(asked, t)));
  }
}

TEST_CASE("cameras that are wholly correlated see the same, without correlation nothing in common") {
  const PeopleProcess same({7, 20, 5, 1});
  PeopleInView a(same, own_stream(1), shared_stream()), b(same, own_stream(2), shared_stream());
  bool moves = false;
  for (double at_s = 0; at_s < 100; ++at_s) {
    const std::uint32_t count = a.at(at_s);
    CHECK(b.at(at_s) == count);
    moves = moves || count != 7;
  }
  CHECK(moves);
  CHECK_FALSE(PeopleProcess({7, 20, 5}).shared());
}

TEST_CASE("the people in view do not depend on when, or by which camera first, they are looked at") {
  for (const PeopleMoments& asked : {PeopleMoments{30, 60, 8, 0.4}, PeopleMoments{5.8, 2.1, 8, 0.4}}) {
    const PeopleProcess process(asked);
    PeopleInView often(process, own_stream(3), shared_stream()),
        seldom(process, own_stream(3), shared_stream());
    PeopleInView other(process, own_stream(4), shared_stream());
    bool same = true, differs = false;
    for (int tenth = 0; tenth <= 7000; ++tenth) {
      const std::uint32_t count = often.at(tenth / 10.0);
      if (tenth % 70 != 0) continue;
      same = same && seldom.at(tenth / 10.0) == count;
      differs = differs || other.at(tenth / 10.0) != count;
    }
    CHECK(same);
    CHECK(differs);
  }
}

TEST_CASE("nobody, always as many, and counts without memory") {
  const PeopleProcess nobody({0, 0, 5, 0.5}), always({7, 0, 5}), forgetful({30, 60, 0});
  PeopleInView a(nobody, own_stream(1), shared_stream()), b(always, own_stream(1), shared_stream());
  for (double at_s = 0; at_s < 50; at_s += 5) {
    CHECK(a.at(at_s) == 0);
    CHECK(b.at(at_s) == 7);
  }
  // 20,000 looks of one camera, each independent of the one before it: variance v, covariance 0.
  PeopleInView c(forgetful, own_stream(1), shared_stream());
  std::vector<double> now, next;
  for (int i = 0; i < 20'001; ++i) now.push_back(c.at(1e-3 * i));
  CHECK(c.at(20) == now.back());
  next.assign(now.begin() + 1, now.end());
  now.pop_back();
  CHECK(Mean(now).agrees(30));
  CHECK(covariance(now, now, 30).agrees(60));
  CHECK(covariance(now, next, 30).agrees(0));
  CHECK(people_autocorrelation({30, 60, 0}, 0) == 1);
  CHECK(people_autocorrelation({30, 60, 0}, 0.1) == 0);
}

TEST_CASE("a time that is over and moments that no count has are refused") {
  const PeopleProcess process({3, 3, 5});
  PeopleInView camera(process, own_stream(1), shared_stream());
  camera.at(10);
  CHECK_THROWS_AS(camera.at(9.9), std::logic_error);
  // A whole number of mean 0.5 with the least variance is 0 or 1; no share of it can be shared.
  CHECK_FALSE(split_count({0.5, 0.25, 5, 0.5}));
  CHECK_THROWS_AS(PeopleProcess({0.5, 0.25, 5, 0.5}), std::logic_error);
  CHECK(least_count_variance(2.25) == Approx(0.25 * 0.75));
  CHECK(least_count_variance(4) == 0);
}

TEST_CASE("the parts of a count add up to it") {
  for (const PeopleMoments& asked : kAll)
    for (const double c : {0.0, 0.1, 0.5, 1.0}) {
      PeopleMoments correlated = asked;
      correlated.cross_camera_correlation = c;
      const std::optional<CountParts> parts = split_count(correlated);
      if (!parts) continue;
      CHECK(parts->own.mean + parts->shared.mean == Approx(asked.mean));
      CHECK(parts->shared.variance == Approx(c * asked.variance).margin(1e-12));
      CHECK(parts->own.variance == Approx((1 - c) * asked.variance).margin(1e-12));
      for (const CountMoments& part : {parts->own, parts->shared})
        CHECK(part.variance >= least_count_variance(part.mean) - 1e-9);
    }
}
