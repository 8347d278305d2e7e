#include <boost/random/uniform_01.hpp>

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

}  // namespace

std::unique_ptr<ArrivalProcess> make_periodic_arrivals(double rate_per_s, RandomEngine stream) {
  return std::make_unique<PeriodicArrivals>(rate_per_s, stream);
}

}  // namespace offramp
