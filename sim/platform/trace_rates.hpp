#pragma once

#include <cstdint>
#include <vector>

#include "sim/scenario/delivery_trace.hpp"

namespace offramp {

/// A delivery trace as the rate of a fluid link: constant within windows of 20 ms, in each of which exactly
/// the bytes of its opportunities pass; looped. 20 ms is below the round trip of a cellular path, so that
/// TCP cannot tell the packets of a window apart, and long enough that a transfer meets few windows.
///
/// Windows are numbered on through the loops: window n begins at start_ms(n) of the trace's endless time.
class TraceRates {
 public:
  static constexpr std::uint32_t kWindowMs = 20;

  explicit TraceRates(const DeliveryTrace& trace);

  /// The window that this moment of the trace's endless time lies in.
  std::uint64_t window_at(double trace_ms) const;
  double start_ms(std::uint64_t window) const;
  double bytes_per_s(std::uint64_t window) const { return rates_[window % rates_.size()]; }
  /// The next window with another rate; `window` itself when the rate never changes.
  std::uint64_t next_change(std::uint64_t window) const;

  double peak_bytes_per_s() const { return peak_; }
  std::uint32_t period_ms() const { return period_ms_; }

 private:
  std::uint32_t period_ms_;
  std::vector<double> rates_;  ///< of one loop; the last window may be shorter
  double peak_ = 0;
};

}  // namespace offramp
