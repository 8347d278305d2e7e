#pragma once

#include <optional>
#include <span>

namespace offramp {

/// Quantile of a sample by linear interpolation between order statistics: with the sample sorted
/// as x[0] <= ... <= x[n-1] and h = (n - 1) p, it is x[floor h] + (h - floor h) (x[floor h + 1] -
/// x[floor h]). Type 7 of Hyndman and Fan (The American Statistician, 1996), as in NumPy and R.
/// @param sorted  ascending, no NaN
/// @param p       in [0, 1]; @throws std::invalid_argument otherwise
/// @return nothing for an empty sample
std::optional<double> quantile_of_sorted(std::span<const double> sorted, double p);

/// The same for a sample in any order, which it reorders (selection, linear time).
std::optional<double> quantile(std::span<double> sample, double p);

/// @return nothing for an empty sample
std::optional<double> mean(std::span<const double> sample);

}  // namespace offramp
