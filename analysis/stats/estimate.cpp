#include "analysis/stats/estimate.hpp"

#include <Eigen/Core>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace offramp {

std::optional<Estimate> estimate_mean(std::span<const double> replications) {
  std::vector<double> defined;
  std::copy_if(replications.begin(), replications.end(), std::back_inserter(defined),
               [](double value) { return !std::isnan(value); });
  if (defined.empty()) return std::nullopt;
  const Eigen::Map<const Eigen::ArrayXd> values(defined.data(), static_cast<Eigen::Index>(defined.size()));
  const double mean = values.mean();
  if (defined.size() < 2) return Estimate{mean, std::nullopt};
  const auto n = static_cast<double>(defined.size());
  const double variance = (values - mean).square().sum() / (n - 1);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  const double half_width = t * std::sqrt(variance / n);
  return Estimate{mean, std::pair{mean - half_width, mean + half_width}};
}

}  // namespace offramp
