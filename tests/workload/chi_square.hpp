#pragma once

#include <boost/math/distributions/chi_squared.hpp>

#include <vector>

namespace offramp {

/// Pearson's statistic of counts against what was expected of each.
inline double chi_square(const std::vector<double>& counts, const std::vector<double>& expected) {
  double statistic = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    statistic += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  return statistic;
}

/// What the statistic of a right distribution exceeds one time in 10,000.
inline double chi_square_bound(std::size_t cells) {
  const boost::math::chi_squared distribution(static_cast<double>(cells - 1));
  return boost::math::quantile(boost::math::complement(distribution, 1e-4));
}

}  // namespace offramp
