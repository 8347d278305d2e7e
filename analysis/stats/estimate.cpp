#include "analysis/stats/estimate.hpp"

#include <Eigen/Core>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace offramp {

double half_width95(double sample_standard_deviation, std::size_t n) {
  if (n < 2) throw std::invalid_argument("an interval needs two values or more");
  const auto count = static_cast<double>(n);
  const boost::math::students_t distribution(count - 1);
  return boost::math::quantile(distribution, 0.975) * sample_standard_deviation / std::sqrt(count);
}

void widen95(Estimate& estimate, double standard_error) {
  if (!estimate.ci95 || standard_error == 0) return;
  constexpr double kNormal975 = 1.959963984540054;
  const double half_width =
      std::hypot((estimate.ci95->second - estimate.ci95->first) / 2, kNormal975 * standard_error);
  estimate.ci95 = {estimate.value - half_width, estimate.value + half_width};
}

std::optional<Estimate> estimate_mean(std::span<const double> replications) {
  std::vector<double> defined;
  for (const double value : replications)
    if (!std::isnan(value)) defined.push_back(value);
  if (defined.empty()) return std::nullopt;

  const auto count = static_cast<double>(defined.size());
  const Eigen::Map<const Eigen::ArrayXd> values(defined.data(), static_cast<Eigen::Index>(defined.size()));
  Estimate estimate{values.mean(), std::nullopt, defined.size(), replications.size() - defined.size()};
  if (defined.size() >= 2) {
    const double deviation = std::sqrt((values - estimate.value).square().sum() / (count - 1));
    const double half_width = half_width95(deviation, defined.size());
    estimate.ci95 = {estimate.value - half_width, estimate.value + half_width};
  }
  return estimate;
}

}  // namespace offramp
