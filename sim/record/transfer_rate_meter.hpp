#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/record/energy_meter.hpp"

namespace offramp {

/// Bytes on the wire in windows of one length over the measured time; the last window may be shorter. The
/// bytes of a transfer are spread evenly over the time from its first to its last byte.
class RateWindows {
 public:
  RateWindows(MeasuredTime measured, double window_s);

  std::size_t windows() const { return windows_; }
  double length_s(std::size_t window) const;

  /// Calls add(window, bytes) for each window that a transfer touches.
  template <class Add>
  void spread(double from_s, double to_s, double bytes, Add add) const;

 private:
  MeasuredTime measured_;
  double window_s_;
  std::size_t windows_;
};

/// Rates over windows, in bit/s.
struct RateFigures {
  double mean_bps = 0;
  double p95_bps = 0;
  double p99_bps = 0;
  double peak_bps = 0;
};

/// What crosses the uplinks, in windows of 1 s; and where that is asked for, in windows of 0.1, 1 and 10 s,
/// of all devices together and of each alone.
class TransferRateMeter {
 public:
  static constexpr double kWindowS = 1;
  /// The shortest windows, and how many of them make one.
  static constexpr double kFineS = 0.1;

  /// @param devices  how many are looked at alone; 0: none, and only windows of 1 s are kept
  explicit TransferRateMeter(MeasuredTime measured, std::size_t devices = 0);

  /// @param sender  a device, or above them a gateway that computes
  void add(std::size_t sender, double from_s, double to_s, double bytes);

  /// [windows of 1 s], wire bytes in each.
  const std::vector<double>& window_bytes() const { return window_bytes_; }
  /// All bytes, measured or not.
  double total_bytes() const { return total_bytes_; }

  bool has_fine_windows() const { return devices_ > 0; }
  /// @param fine_windows  of kFineS each in one window: 1, 10, 100
  RateFigures of_all(std::size_t fine_windows) const;
  /// Of one device: each figure the mean over devices of its own.
  RateFigures of_a_device(std::size_t fine_windows) const;

 private:
  template <class T>
  RateFigures figures(const T* fine, std::size_t fine_windows) const;

  RateWindows seconds_;
  RateWindows fine_;
  std::size_t devices_;
  std::vector<double> window_bytes_;
  std::vector<double> fine_bytes_;
  std::vector<float> fine_bytes_of_device_;  ///< [device][window]
  double total_bytes_ = 0;
};

template <class Add>
void RateWindows::spread(double from_s, double to_s, double bytes, Add add) const {
  const double first_s = std::max(from_s, measured_.from_s) - measured_.from_s;
  const double last_s = std::min(to_s, measured_.to_s) - measured_.from_s;
  if (last_s < 0 || first_s >= measured_.length_s() || windows_ == 0) return;
  const std::size_t last_window = windows_ - 1;
  const auto window_at = [&](double at_s) {
    return std::min(last_window, static_cast<std::size_t>(std::max(0.0, at_s) / window_s_));
  };
  if (to_s <= from_s) return add(window_at(first_s), bytes);
  const double bytes_per_s = bytes / (to_s - from_s);
  for (std::size_t window = window_at(first_s); window <= window_at(last_s); ++window) {
    const double begin_s = std::max(first_s, static_cast<double>(window) * window_s_);
    const double end_s =
        window == last_window ? last_s : std::min(last_s, static_cast<double>(window + 1) * window_s_);
    add(window, std::max(0.0, end_s - begin_s) * bytes_per_s);
  }
}

}  // namespace offramp
