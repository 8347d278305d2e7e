#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cstdint>

#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

/// One frame every period, from a random phase, since cameras are not switched on together. The
/// k-th time is computed from k, so that hours of adding periods do not drift.
class PeriodicArrivals final : public ArrivalProcess {
 public:
  PeriodicArrivals(double rate_per_s, RandomEngine stream) : period_s_(1 / rate_per_s) {
    phase_s_ = period_s_ * boost::random::uniform_01<double>()(stream);
  }

  double next_s() override { return phase_s_ + period_s_ * static_cast<double>(count_++); }

 private:
  double period_s_;
  double phase_s_ = 0;
  std::uint64_t count_ = 0;
};

/// The same slots, each arrival evenly within half the jitter before or after its own. As if the camera had
/// always been on: the arrival of the slot before time 0 may lie behind 0, and that of the first slot before
/// it.
class JitteredArrivals final : public ArrivalProcess {
 public:
  JitteredArrivals(double rate_per_s, double jitter_s, RandomEngine stream)
      : period_s_(1 / rate_per_s), jitter_s_(jitter_s), stream_(stream) {
    phase_s_ = period_s_ * uniform_(stream_);
  }

  double next_s() override {
    double at_s = -1;
    while (at_s < 0)
      at_s = phase_s_ + period_s_ * static_cast<double>(slot_++) + jitter_s_ * (uniform_(stream_) - 0.5);
    // The jitter is at most a period: only rounding could turn the order round.
    return last_s_ = std::max(at_s, last_s_);
  }

 private:
  double period_s_;
  double jitter_s_;
  RandomEngine stream_;
  boost::random::uniform_01<double> uniform_;
  double phase_s_ = 0;
  std::int64_t slot_ = -1;
  double last_s_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_periodic_arrivals(const ArrivalSpec& spec, RandomEngine stream) {
  if (spec.jitter_s > 0) return std::make_unique<JitteredArrivals>(spec.rate_per_s, spec.jitter_s, stream);
  return std::make_unique<PeriodicArrivals>(spec.rate_per_s, stream);
}

}  // namespace offramp
