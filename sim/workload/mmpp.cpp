#include <boost/random/exponential_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include <vector>

#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

/// A Poisson process whose rate is that of a state; states last for exponential times and follow each other
/// in their order, the last by the first. It begins in its stationary distribution: a state that lasts longer
/// is found more often. Source: Fischer and Meier-Hellstern, The Markov-modulated Poisson process cookbook
/// (1993).
class MmppArrivals final : public ArrivalProcess {
 public:
  MmppArrivals(const std::vector<MmppState>& states, RandomEngine stream) : states_(states), stream_(stream) {
    double cycle_s = 0;
    for (const MmppState& state : states_) cycle_s += state.mean_s;
    double left_s = cycle_s * boost::random::uniform_01<double>()(stream_);
    while (now_ + 1 < states_.size() && left_s >= states_[now_].mean_s) left_s -= states_[now_++].mean_s;
    state_ends_s_ = exponential(states_[now_].mean_s);
  }

  double next_s() override {
    for (;;) {
      const double rate_per_s = states_[now_].rate_per_s;
      // A gap that crosses the end of the state is drawn anew from there: exponential gaps have no memory.
      if (rate_per_s > 0) {
        const double at_s = last_s_ + exponential(1 / rate_per_s);
        if (at_s < state_ends_s_) return last_s_ = at_s;
      }
      last_s_ = state_ends_s_;
      now_ = (now_ + 1) % states_.size();
      state_ends_s_ += exponential(states_[now_].mean_s);
    }
  }

 private:
  double exponential(double mean_s) {
    return mean_s * boost::random::exponential_distribution<double>()(stream_);
  }

  std::vector<MmppState> states_;
  RandomEngine stream_;
  std::size_t now_ = 0;
  double state_ends_s_ = 0;
  double last_s_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_mmpp_arrivals(const ArrivalSpec& spec, RandomEngine stream) {
  return std::make_unique<MmppArrivals>(spec.states, stream);
}

}  // namespace offramp
