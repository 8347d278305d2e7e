#include "sim/platform/trace_rates.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {

TraceRates::TraceRates(const DeliveryTrace& trace) : period_ms_(trace.period_ms()) {
  std::vector<std::uint32_t> opportunities((period_ms_ + kWindowMs - 1) / kWindowMs);
  // An opportunity ends its millisecond: the one at 20 ms belongs to the first 20 ms. One at 0 has no time
  // before it and goes to the first window, so that none is lost.
  for (const std::uint32_t at_ms : trace.opportunities_ms)
    ++opportunities[at_ms == 0 ? 0 : (at_ms - 1) / kWindowMs];
  for (std::size_t window = 0; window < opportunities.size(); ++window) {
    const auto from_ms = static_cast<std::uint32_t>(window) * kWindowMs;
    const double length_s = std::min(kWindowMs, period_ms_ - from_ms) * 1e-3;
    rates_.push_back(DeliveryTrace::kOpportunityBytes * opportunities[window] / length_s);
    peak_ = std::max(peak_, rates_.back());
  }
}

std::uint64_t TraceRates::window_at(double trace_ms) const {
  const auto loop = static_cast<std::uint64_t>(trace_ms / period_ms_);
  const double within_ms = std::max(0.0, trace_ms - static_cast<double>(loop) * period_ms_);
  const auto window = static_cast<std::uint64_t>(within_ms / kWindowMs);
  return loop * rates_.size() + std::min<std::uint64_t>(window, rates_.size() - 1);
}

double TraceRates::start_ms(std::uint64_t window) const {
  const std::uint64_t loop = window / rates_.size();
  const std::uint64_t within = window % rates_.size();
  return static_cast<double>(loop) * period_ms_ + static_cast<double>(within * kWindowMs);
}

std::uint64_t TraceRates::next_change(std::uint64_t window) const {
  for (std::uint64_t next = window + 1; next <= window + rates_.size(); ++next)
    if (bytes_per_s(next) != bytes_per_s(window)) return next;
  return window;
}

}  // namespace offramp
