#pragma once

#include <string>

namespace offramp {

/// What a plan must keep: a figure of summary.json at most or at least as large as a bound.
struct Constraint {
  std::string metric;
  bool at_most = true;
  double bound = 0;
  std::string text;  ///< as it was written

  bool met_by(double value) const { return at_most ? value <= bound : value >= bound; }  // a NaN meets none
  /// By how much a value misses the bound, as a part of the bound (of 1 where that is 0); 0 when it is met,
  /// infinite when the figure is undefined.
  double missed_by(double value) const;
};

/// Reads "latency_s.p95 <= 0.2", "accuracy.top1 >= 90%" or "latency_s.p95 <= 200ms".
/// @throws UserError
Constraint parse_constraint(const std::string& text);

}  // namespace offramp
