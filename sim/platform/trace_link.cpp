#include "sim/platform/trace_link.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>

namespace offramp {
namespace {

/// SimGrid takes a capacity of 0 as no limit at all.
constexpr double kAlmostNothingBytesPerS = 1e-3;

}  // namespace

// A flow is bound by the bandwidth that its links had when it began, so the link's is the peak, and the
// policy says what there is of it now.
TraceLink::TraceLink(simgrid::s4u::Link* link, const TraceRates& rates, double offset_ms)
    : link_(link), rates_(rates), offset_ms_(offset_ms) {
  link_->set_sharing_policy(simgrid::s4u::Link::SharingPolicy::NONLINEAR,
                            [this](double, int) { return std::max(bytes_per_s_, kAlmostNothingBytesPerS); });
}

void TraceLink::set_rate(double bytes_per_s) {
  bytes_per_s_ = bytes_per_s;
  link_->set_bandwidth(rates_.peak_bytes_per_s());  // makes the kernel share anew
}

}  // namespace offramp
