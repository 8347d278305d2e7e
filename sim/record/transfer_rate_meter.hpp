#pragma once

#include <cstddef>
#include <vector>

#include "sim/record/energy_meter.hpp"

namespace offramp {

/// Bytes on the wire in windows of 1 s over the measured time; the last window may be shorter. The bytes of
/// a transfer are spread evenly over the time from its first to its last byte.
class TransferRateMeter {
 public:
  static constexpr double kWindowS = 1;

  explicit TransferRateMeter(MeasuredTime measured);

  void add(double from_s, double to_s, double bytes);

  /// [windows], wire bytes in each.
  const std::vector<double>& window_bytes() const { return window_bytes_; }
  /// All bytes, measured or not.
  double total_bytes() const { return total_bytes_; }

 private:
  MeasuredTime measured_;
  std::vector<double> window_bytes_;
  double total_bytes_ = 0;
};

}  // namespace offramp
