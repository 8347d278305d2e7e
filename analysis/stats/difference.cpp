#include "analysis/stats/difference.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace offramp {
namespace {

/// Variance of a mean, and the degrees of freedom behind it.
struct MeanVariance {
  double variance = 0;
  double freedom = 0;
};

MeanVariance mean_variance(std::span<const double> values, const Estimate& estimate) {
  double squares = 0;
  for (const double value : values)
    if (!std::isnan(value)) squares += (value - estimate.value) * (value - estimate.value);
  const auto n = static_cast<double>(estimate.used);
  return {squares / (n - 1) / n, n - 1};
}

}  // namespace

std::optional<Estimate> paired_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) throw std::invalid_argument("pairs need as many of each");
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  return estimate_mean(differences);
}

std::optional<Estimate> welch_difference(std::span<const double> a, std::span<const double> b) {
  const std::optional<Estimate> of_a = estimate_mean(a);
  const std::optional<Estimate> of_b = estimate_mean(b);
  if (!of_a || !of_b) return std::nullopt;
  Estimate difference{of_b->value - of_a->value, std::nullopt, of_a->used + of_b->used,
                      of_a->left_out + of_b->left_out};
  if (of_a->used < 2 || of_b->used < 2) return difference;
  const MeanVariance va = mean_variance(a, *of_a);
  const MeanVariance vb = mean_variance(b, *of_b);
  const double variance = va.variance + vb.variance;
  double half_width = 0;
  if (variance > 0) {  // Welch and Satterthwaite
    const double freedom = variance * variance /
                           (va.variance * va.variance / va.freedom + vb.variance * vb.variance / vb.freedom);
    half_width = boost::math::quantile(boost::math::students_t(freedom), 0.975) * std::sqrt(variance);
  }
  difference.ci95 = {difference.value - half_width, difference.value + half_width};
  return difference;
}

}  // namespace offramp
