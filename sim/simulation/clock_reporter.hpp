#pragma once

#include "sim/simulation/event_queue.hpp"

namespace offramp {

/// Writes a few times a second how far a simulation is, as a share of its horizon, to where another process
/// can read it. By a timer of the operating system, so that the simulation itself is the same with it and
/// without. One at a time in a process.
class ClockReporter {
 public:
  /// @param share  null: nothing is reported
  ClockReporter(const EventQueue& events, double horizon_s, volatile double* share);
  ~ClockReporter();
  ClockReporter(const ClockReporter&) = delete;
  ClockReporter& operator=(const ClockReporter&) = delete;
};

}  // namespace offramp
