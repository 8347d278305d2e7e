#pragma once

#include <algorithm>

namespace offramp {

/// The span of simulated time that is measured: after the warm-up, up to the horizon.
struct MeasuredTime {
  double from_s = 0;
  double to_s = 0;

  double length_s() const { return to_s - from_s; }
  /// How much of [a, b] is measured.
  double overlap_s(double a_s, double b_s) const {
    return std::max(0.0, std::min(b_s, to_s) - std::max(a_s, from_s));
  }
  bool contains(double at_s) const { return at_s >= from_s && at_s < to_s; }
};

/// Adds up the time that machines of one kind were busy.
class BusyMeter {
 public:
  explicit BusyMeter(MeasuredTime measured) : measured_(measured) {}

  void add(double from_s, double to_s) { busy_s_ += measured_.overlap_s(from_s, to_s); }
  double busy_s() const { return busy_s_; }

  /// Energy of `machines` machines that draw idle or busy power all the time.
  double energy_j(double machines, double idle_w, double busy_w) const {
    return machines * measured_.length_s() * idle_w + busy_s_ * (busy_w - idle_w);
  }

 private:
  MeasuredTime measured_;
  double busy_s_ = 0;
};

}  // namespace offramp
