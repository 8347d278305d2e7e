#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cstdint>

#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

/// The arrivals of a file, over and over; a device begins somewhere within the loop, or at its start. Times
/// are computed from the number of the loop, so that many loops do not drift.
class TraceArrivals final : public ArrivalProcess {
 public:
  TraceArrivals(const ArrivalTrace& trace, RandomEngine stream)
      : times_s_(trace.times_s), loop_s_(trace.loop_s) {
    if (!trace.random_offset) return;
    offset_s_ = loop_s_ * boost::random::uniform_01<double>()(stream);
    next_ = static_cast<std::size_t>(std::lower_bound(times_s_->begin(), times_s_->end(), offset_s_) -
                                     times_s_->begin());
  }

  double next_s() override {
    if (next_ == times_s_->size()) {
      next_ = 0;
      ++loops_;
    }
    return (*times_s_)[next_++] + (loop_s_ * static_cast<double>(loops_) - offset_s_);
  }

 private:
  std::shared_ptr<const std::vector<double>> times_s_;  ///< one for all devices of a group
  double loop_s_;
  double offset_s_ = 0;
  std::size_t next_ = 0;
  std::uint64_t loops_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_trace_arrivals(const ArrivalSpec& spec, RandomEngine stream) {
  return std::make_unique<TraceArrivals>(*spec.trace, stream);
}

}  // namespace offramp
