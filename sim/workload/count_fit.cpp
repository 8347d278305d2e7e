#include "sim/workload/count_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/workload/people_in_view.hpp"

namespace offramp {
namespace {

bool missing(std::int32_t count) { return count == CountSeries::kMissing; }

/// The autocorrelation of one shape of stays and what it says of a sample's mean, in correlation times.
class StayCurve {
 public:
  explicit StayCurve(double shape) : shape_(shape) {
    PeopleMoments unit{1, 1, 1, 0, shape};
    correlation_.reserve(kPoints);
    area_ = {0};
    moment_ = {0};
    for (std::size_t i = 0; i < kPoints; ++i) {
      const double x = kStep * static_cast<double>(i);
      correlation_.push_back(people_autocorrelation(unit, x));
      if (i == 0) continue;
      const double before = correlation_[i - 1], now = correlation_[i];
      area_.push_back(area_.back() + kStep * (before + now) / 2);
      moment_.push_back(moment_.back() + kStep * (before * (x - kStep) + now * x) / 2);
    }
  }

  double shape() const { return shape_; }
  double correlation(double lag) const { return at(correlation_, lag, 0); }
  /// Variance of the mean over a length in parts of the count's: 2 / L int_0^L (1 - u / L) rho(u) du.
  double variance_of_mean(double length) const {
    return std::min(
        1.0, 2 / length * (at(area_, length, area_.back()) - at(moment_, length, moment_.back()) / length));
  }

 private:
  static constexpr double kStep = 0.02;
  static constexpr std::size_t kPoints = 2001;

  static double at(const std::vector<double>& values, double x, double beyond) {
    const double place = x / kStep;
    const auto i = static_cast<std::size_t>(place);
    if (place >= static_cast<double>(kPoints - 1)) return beyond;
    return values[i] + (place - static_cast<double>(i)) * (values[i + 1] - values[i]);
  }

  double shape_;
  std::vector<double> correlation_, area_, moment_;
};

const std::vector<StayCurve>& stay_curves() {
  static const std::vector<StayCurve> curves(fitted_stay_shapes().begin(), fitted_stay_shapes().end());
  return curves;
}

struct LagValue {
  double lag_s = 0;
  double correlation = 0;
};

std::vector<LagValue> correlogram(const CountSeries& series) {
  constexpr double kGrowth = 1.15, kLeast = 0.05;
  std::vector<LagValue> values;
  std::size_t lag = 1;
  while (lag <= series.counts.size() / 2) {
    const std::optional<double> correlation = autocorrelation_of(series, lag);
    if (correlation) values.push_back({static_cast<double>(lag) * series.step_s, *correlation});
    if (correlation && *correlation < kLeast) break;
    lag = std::max(lag + 1, static_cast<std::size_t>(std::round(kGrowth * static_cast<double>(lag))));
  }
  return values;
}

double misfit(const std::vector<LagValue>& values, const StayCurve& curve, double t_s, double length_s) {
  const double f = curve.variance_of_mean(length_s / t_s);
  double sum = 0;
  for (const LagValue& value : values) {
    const double expected = (curve.correlation(value.lag_s / t_s) - f) / (1 - f);
    sum += (value.correlation - expected) * (value.correlation - expected);
  }
  return sum;
}

struct Best {
  double misfit = std::numeric_limits<double>::infinity();
  double t_s = 0;
  const StayCurve* curve = nullptr;
};

/// The time, on a fine geometric grid from a tenth of a step to a quarter of the length.
void search(const std::vector<LagValue>& values, const StayCurve& curve, const CountSeries& series,
            Best& best) {
  constexpr double kFactor = 1.02;
  for (double t_s = 0.1 * series.step_s; t_s <= series.length_s() / 4; t_s *= kFactor)
    if (const double found = misfit(values, curve, t_s, series.length_s()); found < best.misfit)
      best = {found, t_s, &curve};
}

}  // namespace

CountMoments moments_of(const CountSeries& series) {
  double n = 0, sum = 0, squares = 0;
  for (const std::int32_t count : series.counts)
    if (!missing(count)) {
      ++n;
      sum += count;
      squares += static_cast<double>(count) * count;
    }
  const double mean = sum / n;
  return {mean, std::max(least_count_variance(mean), squares / n - mean * mean)};
}

std::optional<double> autocorrelation_of(const CountSeries& series, std::size_t lag_steps) {
  const CountMoments moments = moments_of(series);
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i + lag_steps < series.counts.size(); ++i) {
    const std::int32_t a = series.counts[i], b = series.counts[i + lag_steps];
    if (missing(a) || missing(b)) continue;
    sum += (a - moments.mean) * (b - moments.mean);
    ++pairs;
  }
  if (pairs == 0 || moments.variance < 1e-12) return {};
  return sum / pairs / moments.variance;
}

const std::vector<double>& fitted_stay_shapes() {
  static const std::vector<double> shapes = {0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 3, 5, 10, 20};
  return shapes;
}

PeopleMoments fit_people(const CountSeries& series, Stays stays) {
  const CountMoments sample = moments_of(series);
  PeopleMoments fitted{sample.mean, sample.variance};
  const std::vector<LagValue> values = correlogram(series);
  if (values.empty()) return fitted;
  Best best;
  for (const StayCurve& curve : stay_curves())
    if (curve.shape() == 1 || (stays == Stays::any_shape && sample.variance >= sample.mean))
      search(values, curve, series, best);
  fitted.correlation_time_s = best.t_s;
  fitted.stay_shape = best.curve->shape();
  fitted.variance /= 1 - best.curve->variance_of_mean(series.length_s() / best.t_s);
  return fitted;
}

CountSeries simulated_like(const CountSeries& series, const PeopleMoments& moments, RandomEngine stream) {
  const PeopleProcess process(moments);
  PeopleInView camera(process, stream, stream);
  CountSeries made = series;
  for (std::size_t i = 0; i < made.counts.size(); ++i)
    if (!missing(made.counts[i]))
      made.counts[i] = static_cast<std::int32_t>(camera.at(series.step_s * static_cast<double>(i)));
  return made;
}

PeopleMoments fit_errors(const CountSeries& series, const PeopleMoments& fitted, Stays stays,
                         std::uint64_t seed) {
  constexpr int kSeries = 100;
  PeopleMoments square{};
  square.stay_shape = 0;
  for (int i = 0; i < kSeries; ++i) {
    const RandomEngine stream = random_stream(seed, static_cast<std::uint64_t>(i), 0, "errors of a fit");
    const PeopleMoments again = fit_people(simulated_like(series, fitted, stream), stays);
    square.mean += std::pow(again.mean - fitted.mean, 2) / kSeries;
    square.variance += std::pow(again.variance - fitted.variance, 2) / kSeries;
    square.correlation_time_s += std::pow(again.correlation_time_s - fitted.correlation_time_s, 2) / kSeries;
    square.stay_shape += std::pow(again.stay_shape - fitted.stay_shape, 2) / kSeries;
  }
  return {std::sqrt(square.mean), std::sqrt(square.variance), std::sqrt(square.correlation_time_s), 0,
          std::sqrt(square.stay_shape)};
}

namespace {

/// By how many steps b begins after a; nothing where their times do not fall together.
std::optional<std::ptrdiff_t> steps_between(const CountSeries& a, const CountSeries& b) {
  const double steps = (b.start_s - a.start_s) / a.step_s;
  const double drift = std::abs(b.step_s / a.step_s - 1) * static_cast<double>(b.counts.size());
  if (std::abs(steps - std::round(steps)) > 0.25 || drift > 0.25) return {};
  return static_cast<std::ptrdiff_t>(std::round(steps));
}

std::optional<double> correlation(const CountSeries& a, const CountSeries& b, std::ptrdiff_t steps) {
  double n = 0, sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::ptrdiff_t i = 0; i < std::ssize(b.counts); ++i) {
    const std::ptrdiff_t j = i + steps;
    if (j < 0 || j >= std::ssize(a.counts)) continue;
    const double x = a.counts[static_cast<std::size_t>(j)], y = b.counts[static_cast<std::size_t>(i)];
    if (x < 0 || y < 0) continue;
    ++n;
    sum_a += x, sum_b += y, aa += x * x, bb += y * y, ab += x * y;
  }
  const double va = n * aa - sum_a * sum_a, vb = n * bb - sum_b * sum_b;
  if (n < 10 || va <= 0 || vb <= 0) return {};
  return (n * ab - sum_a * sum_b) / std::sqrt(va * vb);
}

}  // namespace

std::optional<CrossCamera> cross_camera_correlation(const std::vector<const CountSeries*>& cameras) {
  CrossCamera all{0, 0, 1, -1};
  for (std::size_t a = 0; a < cameras.size(); ++a)
    for (std::size_t b = a + 1; b < cameras.size(); ++b) {
      const auto steps = steps_between(*cameras[a], *cameras[b]);
      const auto found = steps ? correlation(*cameras[a], *cameras[b], *steps) : std::nullopt;
      if (!found) continue;
      ++all.pairs;
      all.mean += *found;
      all.least = std::min(all.least, *found);
      all.most = std::max(all.most, *found);
    }
  if (all.pairs == 0) return {};
  all.mean /= static_cast<double>(all.pairs);
  return all;
}

}  // namespace offramp
