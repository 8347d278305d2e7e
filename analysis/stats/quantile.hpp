#pragma once

#include <optional>
#include <span>

namespace offramp {

/// The q-quantile of an ascending sample, interpolated linearly between order statistics (Hyndman and Fan's
/// type 7, as NumPy and R do by default).
/// @param q  in [0, 1]
/// @return nothing for an empty sample
std::optional<double> quantile_of_sorted(std::span<const double> ascending, double q);

}  // namespace offramp
