#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace offramp {

/// The mean of a series whose neighbours are alike, such as the frames of a camera.
struct SeriesMean {
  double mean = 0;
  std::pair<double, double> ci95;  ///< percentiles of the means of resampled series
  std::size_t block = 1;           ///< values a block
};

/// Circular block bootstrap (Politis and Romano, 1992): series of as many values are put together from blocks
/// of neighbours that begin anywhere, the first value following the last. Blocks keep what neighbours have in
/// common, so that the interval is as wide as the series deserves; values drawn one by one would make it too
/// narrow. The same series gives the same interval.
/// @param block  values a block; 0: optimal_block(series)
/// @throws std::invalid_argument for an empty series
SeriesMean block_bootstrap(std::span<const double> series, std::size_t block = 0);

/// The block length of least mean squared error of the bootstrapped variance, from the series' own
/// autocovariances under a flat-top window: Politis and White (Econometric Reviews 2004), corrected by
/// Patton, Politis and White (2009), for circular blocks. At least 1, at most min(3 sqrt(n), n / 3).
std::size_t optimal_block(std::span<const double> series);

}  // namespace offramp
