#include <boost/random/exponential_distribution.hpp>

#include <vector>

#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

/// A Poisson process whose rate follows the time of day in steps. Exact, by rescaling time: measured by the
/// rate integrated since the last arrival, gaps are exponential with mean 1, wherever the steps lie.
/// Source: Cinlar, Introduction to Stochastic Processes (1975), section 4.7.
class PhasedArrivals final : public ArrivalProcess {
 public:
  PhasedArrivals(const std::vector<RatePhase>& phases, double time_of_day_s, RandomEngine stream)
      : phases_(phases), stream_(stream), midnight_s_(-time_of_day_s) {
    // The phase that holds now; before the day's first one it is the last one of yesterday.
    now_ = phases_.size() - 1;
    if (time_of_day_s < phases_.front().at_s) {
      midnight_s_ -= kDayS;
    } else {
      while (phases_[now_].at_s > time_of_day_s) --now_;
    }
  }

  double next_s() override {
    double to_come = boost::random::exponential_distribution<double>()(stream_);
    for (;;) {
      const double rate_per_s = phases_[now_].rate_per_s;
      const bool last = now_ + 1 == phases_.size();
      const double ends_s = midnight_s_ + (last ? kDayS + phases_.front().at_s : phases_[now_ + 1].at_s);
      const double within = rate_per_s * (ends_s - last_s_);
      if (to_come < within) return last_s_ += to_come / rate_per_s;
      to_come -= within;
      last_s_ = ends_s;
      now_ = last ? 0 : now_ + 1;
      if (last) midnight_s_ += kDayS;
    }
  }

 private:
  std::vector<RatePhase> phases_;
  RandomEngine stream_;
  std::size_t now_ = 0;
  double midnight_s_;  ///< when the day of the phase that holds now began
  double last_s_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_phased_arrivals(const ArrivalSpec& spec, RandomEngine stream,
                                                     double time_of_day_s) {
  return std::make_unique<PhasedArrivals>(spec.phases, time_of_day_s, stream);
}

}  // namespace offramp
