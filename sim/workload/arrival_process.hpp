#pragma once

#include <memory>

#include "sim/core/random_stream.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The times at which frames arrive at one device. One file a process.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  /// The next arrival in seconds; never before the last one. Arrivals are never clipped.
  virtual double next_s() = 0;
};

/// @param stream         the device's own stream for arrivals
/// @param time_of_day_s  since midnight, at time 0
std::unique_ptr<ArrivalProcess> make_arrival_process(const ArrivalSpec& spec, RandomEngine stream,
                                                     double time_of_day_s = 0);

std::unique_ptr<ArrivalProcess> make_periodic_arrivals(const ArrivalSpec& spec, RandomEngine stream);
std::unique_ptr<ArrivalProcess> make_poisson_arrivals(const ArrivalSpec& spec, RandomEngine stream);
std::unique_ptr<ArrivalProcess> make_mmpp_arrivals(const ArrivalSpec& spec, RandomEngine stream);
std::unique_ptr<ArrivalProcess> make_trace_arrivals(const ArrivalSpec& spec, RandomEngine stream);
std::unique_ptr<ArrivalProcess> make_phased_arrivals(const ArrivalSpec& spec, RandomEngine stream,
                                                     double time_of_day_s);

}  // namespace offramp
