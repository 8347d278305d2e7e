#include <boost/random/exponential_distribution.hpp>

#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

/// Independent exponential gaps.
class PoissonArrivals final : public ArrivalProcess {
 public:
  PoissonArrivals(double rate_per_s, RandomEngine stream) : gap_s_(rate_per_s), stream_(stream) {}

  double next_s() override { return last_s_ += gap_s_(stream_); }

 private:
  boost::random::exponential_distribution<double> gap_s_;
  RandomEngine stream_;
  double last_s_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_poisson_arrivals(const ArrivalSpec& spec, RandomEngine stream) {
  return std::make_unique<PoissonArrivals>(spec.rate_per_s, stream);
}

}  // namespace offramp
