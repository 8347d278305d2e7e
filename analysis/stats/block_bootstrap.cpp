#include "analysis/stats/block_bootstrap.hpp"

#include <algorithm>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "analysis/stats/quantile.hpp"
#include "sim/core/random_stream.hpp"

namespace offramp {
namespace {

constexpr std::size_t kResampled = 10'000;

double mean_of(std::span<const double> series) {
  return std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
}

/// [lag]
std::vector<double> autocovariances(std::span<const double> series, std::size_t lags) {
  const double mean = mean_of(series);
  std::vector<double> covariances;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double sum = 0;
    for (std::size_t i = lag; i < series.size(); ++i) sum += (series[i] - mean) * (series[i - lag] - mean);
    covariances.push_back(sum / static_cast<double>(series.size()));
  }
  return covariances;
}

/// The first lag behind which `run` correlations in a row are no more than chance makes them.
std::size_t last_correlated_lag(const std::vector<double>& covariances, std::size_t run, double chance) {
  std::size_t last = 0;
  for (std::size_t lag = 1; lag < covariances.size() && lag <= last + run; ++lag)
    if (std::abs(covariances[lag] / covariances[0]) >= chance) last = lag;
  return last;
}

}  // namespace

std::size_t optimal_block(std::span<const double> series) {
  const auto n = static_cast<double>(series.size());
  if (series.size() < 9) return 1;
  const auto run = static_cast<std::size_t>(std::max(5.0, std::ceil(std::sqrt(std::log10(n)))));
  const auto most_lags = std::min(series.size() - 1, static_cast<std::size_t>(std::ceil(std::sqrt(n))) + run);
  const std::vector<double> covariances = autocovariances(series, most_lags);
  if (covariances[0] <= 0) return 1;
  const double chance = 2 * std::sqrt(std::log10(n) / n);
  const std::size_t width = std::min(most_lags, 2 * last_correlated_lag(covariances, run, chance));
  double g = 0, spectrum = covariances[0];
  for (std::size_t lag = 1; lag <= width; ++lag) {
    const double share = static_cast<double>(lag) / static_cast<double>(width);
    const double window = share <= 0.5 ? 1 : 2 * (1 - share);
    g += 2 * window * static_cast<double>(lag) * covariances[lag];
    spectrum += 2 * window * covariances[lag];
  }
  const double d = 4.0 / 3 * spectrum * spectrum;
  if (d <= 0) return 1;
  const double block = std::ceil(std::cbrt(2 * g * g / d) * std::cbrt(n));
  return static_cast<std::size_t>(std::clamp(block, 1.0, std::floor(std::min(3 * std::sqrt(n), n / 3))));
}

SeriesMean block_bootstrap(std::span<const double> series, std::size_t block) {
  const std::size_t n = series.size();
  if (n == 0) throw std::invalid_argument("an empty series has no mean");
  SeriesMean result{mean_of(series), {}, block == 0 ? optimal_block(series) : std::min(block, n)};
  // Sums of whole blocks, and of the last one, which is cut so that n values come together.
  const std::size_t blocks = (n + result.block - 1) / result.block;
  const std::size_t rest = n - (blocks - 1) * result.block;
  std::vector<double> sums(2 * n + 1, 0);
  for (std::size_t i = 0; i < 2 * n; ++i) sums[i + 1] = sums[i] + (series[i % n] - result.mean);
  RandomEngine random = random_stream(0, 0, 0, "block bootstrap");
  boost::random::uniform_int_distribution<std::size_t> anywhere(0, n - 1);
  std::vector<double> means(kResampled, 0);
  for (double& mean : means) {
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t from = anywhere(random);
      mean += sums[from + (b + 1 < blocks ? result.block : rest)] - sums[from];
    }
    mean = result.mean + mean / static_cast<double>(n);
  }
  std::ranges::sort(means);
  result.ci95 = {quantile_of_sorted(means, 0.025).value(), quantile_of_sorted(means, 0.975).value()};
  return result;
}

}  // namespace offramp
