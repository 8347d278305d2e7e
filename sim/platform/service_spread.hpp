#pragma once

#include <boost/random/lognormal_distribution.hpp>

#include "sim/core/random_stream.hpp"

namespace offramp {

/// How much longer or shorter than on average a piece of work takes: factors of mean 1 whose standard
/// deviation is `spread`, independent, log-normal (positive, with a longer tail to the slow side).
class ServiceSpread {
 public:
  /// @param spread  DeviceType::service_spread, not negative; with 0 every factor is exactly 1 and nothing is
  /// drawn
  ServiceSpread(double spread, const RandomEngine& stream);

  double factor() { return spread_ == 0 ? 1 : factors_(stream_); }

 private:
  double spread_;
  RandomEngine stream_;
  boost::random::lognormal_distribution<double> factors_;
};

}  // namespace offramp
