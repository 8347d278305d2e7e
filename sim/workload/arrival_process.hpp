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

/// @param stream  the device's own stream for arrivals
std::unique_ptr<ArrivalProcess> make_arrival_process(const ArrivalSpec& spec, RandomEngine stream);

std::unique_ptr<ArrivalProcess> make_periodic_arrivals(double rate_per_s, RandomEngine stream);
std::unique_ptr<ArrivalProcess> make_poisson_arrivals(double rate_per_s, RandomEngine stream);

}  // namespace offramp
