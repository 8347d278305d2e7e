#include "sim/record/transfer_rate_meter.hpp"

#include <cmath>
#include <numeric>

#include "analysis/stats/quantile.hpp"

namespace offramp {

RateWindows::RateWindows(MeasuredTime measured, double window_s)
    : measured_(measured),
      window_s_(window_s),
      windows_(static_cast<std::size_t>(std::ceil(measured.length_s() / window_s - 1e-9))) {}

double RateWindows::length_s(std::size_t window) const {
  return std::min(window_s_, measured_.length_s() - static_cast<double>(window) * window_s_);
}

TransferRateMeter::TransferRateMeter(MeasuredTime measured, std::size_t devices)
    : seconds_(measured, kWindowS),
      fine_(measured, kFineS),
      devices_(devices),
      window_bytes_(seconds_.windows(), 0),
      fine_bytes_(devices > 0 ? fine_.windows() : 0, 0),
      fine_bytes_of_device_(devices * fine_.windows(), 0) {}

void TransferRateMeter::add(std::size_t sender, double from_s, double to_s, double bytes) {
  total_bytes_ += bytes;
  seconds_.spread(from_s, to_s, bytes,
                  [this](std::size_t window, double part) { window_bytes_[window] += part; });
  if (devices_ == 0) return;
  float* own = sender < devices_ ? &fine_bytes_of_device_[sender * fine_.windows()] : nullptr;
  fine_.spread(from_s, to_s, bytes, [&](std::size_t window, double part) {
    fine_bytes_[window] += part;
    if (own != nullptr) own[window] += static_cast<float>(part);
  });
}

template <class T>
RateFigures TransferRateMeter::figures(const T* fine, std::size_t fine_windows) const {
  std::vector<double> rates_bps;
  double total_bytes = 0, total_s = 0;
  for (std::size_t first = 0; first < fine_.windows(); first += fine_windows) {
    double bytes = 0, length_s = 0;
    for (std::size_t w = first; w < std::min(first + fine_windows, fine_.windows()); ++w) {
      bytes += static_cast<double>(fine[w]);
      length_s += fine_.length_s(w);
    }
    rates_bps.push_back(8 * bytes / length_s);
    total_bytes += bytes;
    total_s += length_s;
  }
  std::ranges::sort(rates_bps);
  const auto quantile = [&](double p) { return quantile_of_sorted(rates_bps, p).value_or(0); };
  return {8 * total_bytes / total_s, quantile(0.95), quantile(0.99), quantile(1)};
}

RateFigures TransferRateMeter::of_all(std::size_t fine_windows) const {
  return figures(fine_bytes_.data(), fine_windows);
}

RateFigures TransferRateMeter::of_a_device(std::size_t fine_windows) const {
  RateFigures sum;
  for (std::size_t device = 0; device < devices_; ++device) {
    const RateFigures one = figures(&fine_bytes_of_device_[device * fine_.windows()], fine_windows);
    sum.mean_bps += one.mean_bps;
    sum.p95_bps += one.p95_bps;
    sum.p99_bps += one.p99_bps;
    sum.peak_bps += one.peak_bps;
  }
  const auto n = static_cast<double>(devices_);
  return {sum.mean_bps / n, sum.p95_bps / n, sum.p99_bps / n, sum.peak_bps / n};
}

}  // namespace offramp
