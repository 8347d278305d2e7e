#include "sim/record/transfer_rate_meter.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {

TransferRateMeter::TransferRateMeter(MeasuredTime measured)
    : measured_(measured),
      window_bytes_(static_cast<std::size_t>(std::ceil(measured.length_s() / kWindowS - 1e-9)), 0) {}

void TransferRateMeter::add(double from_s, double to_s, double bytes) {
  total_bytes_ += bytes;
  const double first_s = std::max(from_s, measured_.from_s) - measured_.from_s;
  const double last_s = std::min(to_s, measured_.to_s) - measured_.from_s;
  if (last_s < 0 || first_s >= measured_.length_s() || window_bytes_.empty()) return;
  const std::size_t last_window = window_bytes_.size() - 1;
  const auto window_at = [&](double at_s) {
    return std::min(last_window, static_cast<std::size_t>(std::max(0.0, at_s) / kWindowS));
  };
  if (to_s <= from_s) {
    window_bytes_[window_at(first_s)] += bytes;
    return;
  }
  const double bytes_per_s = bytes / (to_s - from_s);
  for (std::size_t window = window_at(first_s); window <= window_at(last_s); ++window) {
    const double begin_s = std::max(first_s, static_cast<double>(window) * kWindowS);
    const double end_s =
        window == last_window ? last_s : std::min(last_s, static_cast<double>(window + 1) * kWindowS);
    window_bytes_[window] += std::max(0.0, end_s - begin_s) * bytes_per_s;
  }
}

}  // namespace offramp
