#pragma once

#include <optional>
#include <span>
#include <utility>

namespace offramp {

/// A mean over replications and how sure it is.
struct Estimate {
  double value = 0;
  /// Student's t, 95 %; none for fewer than two replications.
  std::optional<std::pair<double, double>> ci95;
};

/// mean +- t(0.975, n-1) s / sqrt(n) over independent replications. Undefined ones (NaN) are left out.
/// @return nothing when no replication is defined
std::optional<Estimate> estimate_mean(std::span<const double> replications);

}  // namespace offramp
