#include "sim/workload/count_prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/stats/quantile.hpp"

namespace offramp {
namespace {

struct Figure {
  enum class What { autocorrelation, p95, peak };
  What what;
  double seconds;
};

constexpr std::array kFigures{Figure{Figure::What::autocorrelation, 1},
                              Figure{Figure::What::autocorrelation, 5},
                              Figure{Figure::What::autocorrelation, 20},
                              Figure{Figure::What::p95, 1},
                              Figure{Figure::What::p95, 10},
                              Figure{Figure::What::peak, 1},
                              Figure{Figure::What::peak, 10}};

std::string name_of(const Figure& figure) {
  const char* what = figure.what == Figure::What::p95 ? "p95" : "peak";
  return figure.what == Figure::What::autocorrelation ? fmt::format("autocorrelation at {} s", figure.seconds)
                                                      : fmt::format("{} over {} s", what, figure.seconds);
}

/// Of the counts that there are in each window.
std::vector<double> window_means(const CountSeries& series, std::size_t steps) {
  std::vector<double> means;
  double sum = 0, counts = 0;
  const auto add = [&](std::int32_t count, double sign) {
    if (count == CountSeries::kMissing) return;
    sum += sign * count;
    counts += sign;
  };
  for (std::size_t i = 0; i < series.counts.size(); ++i) {
    add(series.counts[i], 1);
    if (i >= steps) add(series.counts[i - steps], -1);
    if (i + 1 >= steps && counts > 0) means.push_back(sum / counts);
  }
  return means;
}

std::optional<double> value_of(const Figure& figure, const CountSeries& series) {
  const auto steps = static_cast<std::size_t>(std::max(1.0, std::round(figure.seconds / series.step_s)));
  if (2 * steps > series.counts.size()) return {};
  if (figure.what == Figure::What::autocorrelation) return autocorrelation_of(series, steps);
  std::vector<double> means = window_means(series, steps);
  if (means.empty()) return {};
  return figure.what == Figure::What::peak ? *std::max_element(means.begin(), means.end())
                                           : *quantile(means, 0.95);
}

constexpr std::uint64_t kSeries = 400;

using Made = std::vector<CountSeries>;

Made from_fits(const CountSeries& first, const CountSeries& second, const PeopleMoments& fitted, Stays stays,
               std::uint64_t seed) {
  Made made;
  for (std::uint64_t i = 0; i < kSeries; ++i) {
    const CountSeries like_first = simulated_like(first, fitted, random_stream(seed, i, 0, "first half"));
    made.push_back(
        simulated_like(second, fit_people(like_first, stays), random_stream(seed, i, 0, "second half")));
  }
  return made;
}

Made from_draws(const CountSeries& first, const CountSeries& second, std::uint64_t seed) {
  const CountMoments moments = moments_of(first);
  Made made;
  for (std::uint64_t i = 0; i < kSeries; ++i)
    made.push_back(simulated_like(second, {moments.mean, moments.variance, 0},
                                  random_stream(seed, i, 0, "second half")));
  return made;
}

/// A process that only makes series without the figure (of one and the same count) predicts it nowhere.
std::optional<PredictedFigure> predicted(const Figure& figure, const Made& made) {
  std::vector<double> values;
  for (const CountSeries& series : made)
    if (const std::optional<double> value = value_of(figure, series)) values.push_back(*value);
  if (values.size() < made.size() / 2) return {};
  return PredictedFigure{*quantile(values, 0.5), *quantile(values, 0.025), *quantile(values, 0.975)};
}

}  // namespace

SeriesCheck check_by_prediction(const CountSeries& series, std::uint64_t seed) {
  const std::size_t half = series.counts.size() / 2;
  const CountSeries first = part_of(series, 0, half);
  const CountSeries second = part_of(series, half, series.counts.size());
  SeriesCheck check{
      series.name, fit_people(first, Stays::exponential), fit_people(first, Stays::any_shape), {}};
  const Made exponential = from_fits(first, second, check.exponential, Stays::exponential, seed);
  const Made any_stays = from_fits(first, second, check.any_stays, Stays::any_shape, seed);
  const Made independent = from_draws(first, second, seed);
  for (const Figure& figure : kFigures) {
    const std::optional<double> value = value_of(figure, second);
    const auto a = predicted(figure, exponential), b = predicted(figure, any_stays),
               c = predicted(figure, independent);
    if (!value || !a || !b || !c) continue;
    check.figures.push_back({name_of(figure), *value, value_of(figure, first), *a, *b, *c});
  }
  return check;
}

}  // namespace offramp
