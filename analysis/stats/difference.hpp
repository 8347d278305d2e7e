#pragma once

#include <optional>
#include <span>

#include "analysis/stats/estimate.hpp"

namespace offramp {

/// b - a of one quantity under common random numbers: the mean of the differences replication by replication,
/// with the Student's t interval of that mean. What both have in common falls out.
/// @param a, b  of equal length, NaN where undefined; a pair with a NaN is left out
/// @return nothing when no pair is left
std::optional<Estimate> paired_difference(std::span<const double> a, std::span<const double> b);

/// b - a of independent replications: difference of the means, with Welch's interval.
/// @return nothing when one of them is undefined throughout
std::optional<Estimate> welch_difference(std::span<const double> a, std::span<const double> b);

}  // namespace offramp
