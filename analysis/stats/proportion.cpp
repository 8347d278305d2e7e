#include "analysis/stats/proportion.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace offramp {
namespace {

double z975() { return boost::math::quantile(boost::math::normal(), 0.975); }

/// Correlation of the two answers, corrected for continuity where it is positive.
double correlation(const PairedCounts& pairs) {
  const auto a = static_cast<double>(pairs.both_right), b = static_cast<double>(pairs.first_only);
  const auto c = static_cast<double>(pairs.second_only), d = static_cast<double>(pairs.both_wrong);
  const double margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins == 0) return 0;
  double product = a * d - b * c;
  if (product > 0) product = std::max(product - (a + b + c + d) / 2, 0.0);
  return product / std::sqrt(margins);
}

}  // namespace

std::pair<double, double> wilson_interval95(std::size_t k, std::size_t n) {
  const double z = z975();
  const auto images = static_cast<double>(n);
  const double p = static_cast<double>(k) / images;
  const double middle = p + z * z / (2 * images);
  const double half = z * std::sqrt(p * (1 - p) / images + z * z / (4 * images * images));
  const double scale = 1 + z * z / images;
  return {k == 0 ? 0 : (middle - half) / scale, k == n ? 1 : (middle + half) / scale};
}

PairedCounts count_pairs(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  PairedCounts pairs;
  for (std::size_t image = 0; image < first.size(); ++image) {
    const bool a = first[image] != 0, b = second[image] != 0;
    ++(a ? (b ? pairs.both_right : pairs.first_only) : (b ? pairs.second_only : pairs.both_wrong));
  }
  return pairs;
}

double mcnemar_p(const PairedCounts& pairs) {
  const std::size_t parted = pairs.first_only + pairs.second_only;
  if (parted == 0) return 1;
  const boost::math::binomial even(static_cast<double>(parted), 0.5);
  const auto fewer = static_cast<double>(std::min(pairs.first_only, pairs.second_only));
  return std::min(1.0, 2 * boost::math::cdf(even, fewer));
}

std::pair<double, double> paired_difference_interval95(const PairedCounts& pairs) {
  const std::size_t n = pairs.images();
  const auto [low1, high1] = wilson_interval95(pairs.both_right + pairs.first_only, n);
  const auto [low2, high2] = wilson_interval95(pairs.both_right + pairs.second_only, n);
  const double phi = correlation(pairs);
  const auto joined = [phi](double a, double b) { return std::sqrt(a * a - 2 * phi * a * b + b * b); };
  return {pairs.difference() - joined(pairs.first() - low1, high2 - pairs.second()),
          pairs.difference() + joined(high1 - pairs.first(), pairs.second() - low2)};
}

bool non_inferior(const PairedCounts& pairs, double margin) {
  return paired_difference_interval95(pairs).first > -margin;
}

}  // namespace offramp
