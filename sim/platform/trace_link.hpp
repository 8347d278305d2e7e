#pragma once

#include <simgrid/forward.h>

#include "sim/platform/trace_rates.hpp"

namespace offramp {

/// A link of SimGrid whose capacity follows a trace, from `offset_ms` of it on.
class TraceLink {
 public:
  TraceLink(simgrid::s4u::Link* link, const TraceRates& rates, double offset_ms);
  TraceLink(const TraceLink&) = delete;
  TraceLink& operator=(const TraceLink&) = delete;

  const TraceRates& rates() const { return rates_; }
  double offset_ms() const { return offset_ms_; }
  /// Not from a completion; flows under way change their rates too.
  void set_rate(double bytes_per_s);

 private:
  simgrid::s4u::Link* link_;
  const TraceRates& rates_;
  double offset_ms_;
  double bytes_per_s_ = 0;
};

}  // namespace offramp
