#include "analysis/stats/quantile.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace offramp {
namespace {

/// Where p falls in a sample of n: the order statistic below, and how far on to the next.
struct Position {
  std::size_t below;
  double fraction;
};

Position position(std::size_t n, double p) {
  if (!(p >= 0 && p <= 1)) throw std::invalid_argument("a quantile's p lies in [0, 1]");
  const double h = static_cast<double>(n - 1) * p;
  const double below = std::floor(h);
  return {static_cast<std::size_t>(below), h - below};
}

/// Exactly `low` where the fraction is 0, so that an infinite neighbour does no harm.
double between(double low, double high, double fraction) {
  return fraction == 0 ? low : low + fraction * (high - low);
}

}  // namespace

std::optional<double> quantile_of_sorted(std::span<const double> sorted, double p) {
  if (sorted.empty()) return std::nullopt;
  const auto [below, fraction] = position(sorted.size(), p);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return between(sorted[below], sorted[above], fraction);
}

std::optional<double> quantile(std::span<double> sample, double p) {
  if (sample.empty()) return std::nullopt;
  const auto [below, fraction] = position(sample.size(), p);
  const auto at_below = sample.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(sample.begin(), at_below, sample.end());
  if (at_below + 1 == sample.end()) return *at_below;
  // All that selection left behind is no smaller; its smallest is the next order statistic.
  return between(*at_below, *std::min_element(at_below + 1, sample.end()), fraction);
}

std::optional<double> mean(std::span<const double> sample) {
  if (sample.empty()) return std::nullopt;
  return Eigen::Map<const Eigen::ArrayXd>(sample.data(), static_cast<Eigen::Index>(sample.size())).mean();
}

}  // namespace offramp
