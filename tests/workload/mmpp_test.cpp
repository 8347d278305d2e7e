#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/workload/arrival_process.hpp"
#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

namespace {

using States = std::vector<MmppState>;

std::unique_ptr<ArrivalProcess> mmpp(const States& states, std::uint64_t device) {
  ArrivalSpec spec{ArrivalSpec::Process::mmpp};
  spec.states = states;
  return make_arrival_process(spec, random_stream(1, 0, device, "arrivals"));
}

/// States follow each other in a circle, so that each is visited as often as any other and holds a share of
/// the time in proportion to its mean: rate = sum of rate_i m_i / sum of m_i.
double mean_rate(const States& states) {
  double arrivals = 0, cycle_s = 0;
  for (const MmppState& state : states) {
    arrivals += state.rate_per_s * state.mean_s;
    cycle_s += state.mean_s;
  }
  return arrivals / cycle_s;
}

/// Variance over mean of the number of arrivals in a long time, in the stationary process.
/// Var N(t) = E N(t) + 2 int_0^t (t - u) C(u) du, with C(u) the covariance of the rate with itself u later;
/// so I = 1 + (2 / mean) int_0^inf C(u) du = 1 + (2 / mean) sum_i p_i rate_i x_i, where x = int (E_i[rate(u)]
/// - mean) du solves Q x = mean - rate and p x = 0. In a circle row i of it is (x_{i+1} - x_i) / m_i = mean -
/// rate_i.
double long_dispersion(const States& states) {
  const double mean = mean_rate(states);
  double cycle_s = 0;
  for (const MmppState& state : states) cycle_s += state.mean_s;
  std::vector<double> x{0};
  for (std::size_t i = 0; i + 1 < states.size(); ++i)
    x.push_back(x.back() + states[i].mean_s * (mean - states[i].rate_per_s));
  double p_x = 0;
  for (std::size_t i = 0; i < states.size(); ++i) p_x += states[i].mean_s / cycle_s * x[i];
  double sum = 0;
  for (std::size_t i = 0; i < states.size(); ++i)
    sum += states[i].mean_s / cycle_s * states[i].rate_per_s * (x[i] - p_x);
  return 1 + 2 * sum / mean;
}

/// The same of two states, for any time t (Heffes and Lucantoni, 1986): with r_i = 1 / m_i and r = r_1 + r_2,
/// I(t) = 1 + (I - 1) (1 - (1 - e^{-r t}) / (r t)), I = 1 + 2 (a - b)^2 r_1 r_2 / (r^2 (a r_2 + b r_1)).
double dispersion_of_two(const States& states, double t_s) {
  const double a = states[0].rate_per_s, b = states[1].rate_per_s;
  const double r1 = 1 / states[0].mean_s, r2 = 1 / states[1].mean_s, r = r1 + r2;
  const double excess = 2 * (a - b) * (a - b) * r1 * r2 / (r * r * (a * r2 + b * r1));
  return 1 + excess * (1 + std::expm1(-r * t_s) / (r * t_s));
}

/// Arrivals in the first t seconds of so many devices: independent, and from the stationary beginning.
std::vector<double> counts(const States& states, double t_s, std::uint64_t devices) {
  std::vector<double> counts;
  for (std::uint64_t device = 0; device < devices; ++device) {
    const auto process = mmpp(states, device);
    double count = 0;
    while (process->next_s() < t_s) ++count;
    counts.push_back(count);
  }
  return counts;
}

struct Moments {
  double mean = 0;
  double variance = 0;
  double variance_error = 0;  ///< standard error of the variance: sqrt((m_4 - s^4) / n)
};

Moments moments(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Moments m;
  for (const double value : values) m.mean += value / n;
  double fourth = 0;
  for (const double value : values) {
    m.variance += std::pow(value - m.mean, 2) / (n - 1);
    fourth += std::pow(value - m.mean, 4) / n;
  }
  m.variance_error = std::sqrt((fourth - m.variance * m.variance) / n);
  return m;
}

/// Calm for 20 s at 0.5/s, then a burst of 2 s at 10/s: (10 + 20) / 22 = 1.3636/s.
const States kBursty{{0.5, 20}, {10, 2}};

}  // namespace

TEST_CASE("modulated arrivals come at the mean rate from the first second on") {
  // The number in [0, t) has mean rate t exactly, since the process begins in its stationary distribution,
  // and variance rate t I(t): 20,000 devices give it within 4 sqrt(rate t I(t) / 20,000), but one time in
  // 16,000.
  CHECK(mean_rate(kBursty) == Approx(30.0 / 22));
  for (const double t_s : {1.0, 10.0, 100.0}) {
    const double expected = mean_rate(kBursty) * t_s;
    const Moments m = moments(counts(kBursty, t_s, 20'000));
    INFO(t_s << " s: " << m.mean << " for " << expected);
    CHECK(std::abs(m.mean - expected) < 4 * std::sqrt(expected * dispersion_of_two(kBursty, t_s) / 20'000));
  }
}

TEST_CASE("a modulated process of hours keeps its mean rate") {
  // 200,000 s: 272,727 expected with I = 20.9, so that 4 standard deviations are 3.5 %.
  const double expected = mean_rate(kBursty) * 200'000;
  const auto process = mmpp(kBursty, 1);
  double count = 0;
  while (process->next_s() < 200'000) ++count;
  CHECK(std::abs(count - expected) < 4 * std::sqrt(expected * long_dispersion(kBursty)));
}

TEST_CASE("bursts have the index of dispersion of their states") {
  // I(1 s) = 5.6, I(10 s) = 17.3, I(100 s) = 20.5; Poisson arrivals have 1 at all times.
  for (const double t_s : {1.0, 10.0, 100.0}) {
    const double expected = mean_rate(kBursty) * t_s * dispersion_of_two(kBursty, t_s);
    const Moments m = moments(counts(kBursty, t_s, 20'000));
    INFO(t_s << " s: variance " << m.variance << " -+ " << m.variance_error << " for " << expected);
    CHECK(std::abs(m.variance - expected) < 4 * m.variance_error);
    CHECK(m.variance_error < 0.05 * expected);
  }
  CHECK(dispersion_of_two(kBursty, 1e9) == Approx(long_dispersion(kBursty)));
}

TEST_CASE("three states have the mean rate and the dispersion of their circle") {
  // In 500 s, more than a hundred times the circle of 4 s, the dispersion is that of a long time to within 1
  // %.
  const States states{{1, 1}, {12, 2}, {0, 1}};
  CHECK(mean_rate(states) == Approx(25.0 / 4));
  const double mean = mean_rate(states) * 500;
  const Moments m = moments(counts(states, 500, 4'000));
  CHECK(std::abs(m.mean - mean) < 4 * std::sqrt(mean * long_dispersion(states) / 4'000));
  const double expected = mean * long_dispersion(states);
  INFO("variance " << m.variance << " -+ " << m.variance_error << " for " << expected);
  CHECK(std::abs(m.variance - expected) < 4 * m.variance_error + 0.01 * expected);
  // The order matters: the dispersion of two states of the same shares of time would be another.
  CHECK(long_dispersion(states) != Approx(long_dispersion({{12, 2}, {0.5, 2}})).epsilon(0.05));
}

TEST_CASE("states of one rate make Poisson arrivals") {
  // 1 - exp(-rate gap) is uniform; twenty cells of 5,000; rejects one time in 10,000.
  const auto process = mmpp({{4, 0.3}, {4, 2}, {4, 0.01}}, 0);
  std::vector<double> observed(20, 0);
  double last_s = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double at_s = process->next_s();
    const double uniform = -std::expm1(-4 * (at_s - last_s));
    ++observed[std::min<std::size_t>(19, static_cast<std::size_t>(20 * uniform))];
    last_s = at_s;
  }
  CHECK(chi_square(observed, std::vector<double>(20, 5000)) < chi_square_bound(20));
}

TEST_CASE("nothing arrives in a state without a rate") {
  // Of devices that are silent for 10 s and speak for 1 s, the share without an arrival in the first 5 s is
  // at least that of those that begin silent and stay so: 10/11 e^{-0.5} = 0.5514, and at most that and those
  // that begin speaking and fall silent before the first arrival (1/11 of 1/101) or whose first burst has
  // none (1/101): 0.5514 + 0.0109.
  const States on_off{{0, 10}, {100, 1}};
  double silent = 0;
  for (const double count : counts(on_off, 5, 20'000)) silent += count == 0 ? 1 : 0;
  const double error = std::sqrt(0.25 / 20'000);
  CHECK(silent / 20'000 > 10.0 / 11 * std::exp(-0.5) - 4 * error);
  CHECK(silent / 20'000 < 10.0 / 11 * std::exp(-0.5) + 0.0109 + 4 * error);
}

TEST_CASE("modulated arrivals are increasing and repeat by their stream") {
  const auto process = mmpp(kBursty, 3);
  const auto again = mmpp(kBursty, 3);
  const auto other = mmpp(kBursty, 4);
  double last_s = 0;
  bool increasing = true, same = true, differs = false;
  for (int i = 0; i < 10'000; ++i) {
    const double at_s = process->next_s();
    increasing = increasing && at_s > last_s;
    same = same && again->next_s() == at_s;
    differs = differs || other->next_s() != at_s;
    last_s = at_s;
  }
  CHECK(increasing);
  CHECK(same);
  CHECK(differs);
}
