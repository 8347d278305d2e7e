#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace offramp {

/// A quantity estimated from independent replications: their mean and how sure it is.
struct Estimate {
  double value = 0;
  /// 95 % confidence interval of the mean, Student's t; none from a single replication.
  std::optional<std::pair<double, double>> ci95;
  std::size_t used = 0;      ///< replications in which the quantity is defined
  std::size_t left_out = 0;  ///< replications in which it is not (NaN): no part of `value`

  bool operator==(const Estimate&) const = default;
};

/// @param replications  one value each, NaN where the quantity is undefined (no request took the exit)
/// @return nothing when it is undefined in all of them
std::optional<Estimate> estimate_mean(std::span<const double> replications);

/// Adds an error that all replications share, so that their spread does not show it: the half width becomes
/// sqrt(half width^2 + (z(0.975) standard_error)^2). Does nothing where there is no interval.
void widen95(Estimate& estimate, double standard_error);

/// Half the width of the 95 % interval of the mean of n values: t(0.975, n-1) s / sqrt(n), with
/// s the sample standard deviation (divided by n - 1).
/// @param n  at least 2; @throws std::invalid_argument otherwise
double half_width95(double sample_standard_deviation, std::size_t n);

}  // namespace offramp
