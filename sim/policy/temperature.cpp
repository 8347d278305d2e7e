#include "sim/policy/temperature.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <cstddef>

namespace offramp {

double mean_negative_log_likelihood(std::span<const float> logits, std::span<const std::int32_t> labels,
                                    double temperature) {
  const std::size_t classes = logits.size() / labels.size();
  double sum = 0;
  for (std::size_t image = 0; image < labels.size(); ++image) {
    const std::span<const float> one = logits.subspan(image * classes, classes);
    const double largest = *std::max_element(one.begin(), one.end());
    double partition = 0;
    for (const float x : one) partition += std::exp((x - largest) / temperature);
    sum += std::log(partition) - (one[static_cast<std::size_t>(labels[image])] - largest) / temperature;
  }
  return sum / static_cast<double>(labels.size());
}

double fit_temperature(std::span<const float> logits, std::span<const std::int32_t> labels) {
  // Convex in 1/T, hence with one minimum in ln T, where Brent's method takes even steps.
  constexpr int kBits = 26;  // half of a double's: more cannot be told from the value at a minimum
  const auto at = [&](double log_t) { return mean_negative_log_likelihood(logits, labels, std::exp(log_t)); };
  const auto [log_t, likelihood] = boost::math::tools::brent_find_minima(
      at, std::log(kLowestTemperature), std::log(kHighestTemperature), kBits);
  return std::clamp(std::exp(log_t), kLowestTemperature, kHighestTemperature);
}

}  // namespace offramp
