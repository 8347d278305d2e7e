#include "sim/simulation/loss_recovery.hpp"

#include <algorithm>
#include <numeric>

#include "sim/simulation/train_shape.hpp"

namespace offramp {
namespace {

constexpr double kSureSegments = 3;  // TCP's reordering threshold
constexpr double kDoubtRoundTrips = 0.25;
constexpr double kProbeRoundTrips = 2;

}  // namespace

void LossRecovery::lose(Part part) {
  if (untold_.empty()) waits_until_s_ = 0;
  untold_.push_back(part);
}

std::uint32_t LossRecovery::untold_bytes() const {
  return std::accumulate(untold_.begin(), untold_.end(), 0U,
                         [](std::uint32_t sum, const Part& part) { return sum + part.bytes; });
}

void LossRecovery::note(Train& train) {
  if (train.wire_bytes > train.lost_bytes) {
    train.reveals_bytes = untold_bytes();
    told_.insert(told_.end(), untold_.begin(), untold_.end());
    untold_.clear();
  }
  if (train.lost_bytes == 0) return;
  if (train.lost_last) return lose({train.request, train.lost_bytes});
  told_.push_back({train.request, train.lost_bytes});
  train.reveals_bytes += train.lost_bytes;
}

void LossRecovery::tell(const Acknowledgement& one, const TcpPath& path, std::uint32_t& in_flight_bytes,
                        TcpWindow& window) {
  probed_ = false;
  if (one.reveals_bytes == 0 && !one.probe && !doubts()) return;
  if (!doubts()) {
    doubts_until_s_ = one.at_s + kDoubtRoundTrips * 2 * path.one_way_latency_s;
    selectively_acknowledged_ = 0;
  }
  doubted_bytes_ += one.reveals_bytes;
  selectively_acknowledged_ += segments_of(one.bytes);
  if (recovering() || one.probe || selectively_acknowledged_ >= kSureSegments)
    find(in_flight_bytes, window, one.probe);
}

void LossRecovery::believe(std::uint32_t& in_flight_bytes, TcpWindow& window) {
  find(in_flight_bytes, window, false);
  allowed_bytes_ = std::max(allowed_bytes_, in_flight_bytes + kWireSegmentBytes);  // one goes in any case
}

void LossRecovery::find(std::uint32_t& in_flight_bytes, TcpWindow& window, bool by_probe) {
  const std::uint32_t under_way_bytes = in_flight_bytes;
  const std::uint32_t found_bytes = take_told(doubted_bytes_);
  doubted_bytes_ = 0;
  in_flight_bytes -= found_bytes;
  if (!recovering()) {
    if (found_bytes > 0 || by_probe) window.lose(window.segments());
    if (found_bytes == 0) return;
    until_bytes_ = allowed_bytes_ = under_way_bytes;
  }
  allowed_bytes_ = std::max(kWireSegmentBytes, allowed_bytes_ - std::min(allowed_bytes_, found_bytes));
}

/// @return how many were found to be lost
std::uint32_t LossRecovery::take_told(std::uint32_t bytes) {
  std::uint32_t found_bytes = 0;
  while (found_bytes < bytes && !told_.empty()) {
    found_bytes += told_.front().bytes;
    again_.push_back(told_.front());
    told_.pop_front();
  }
  return found_bytes;
}

void LossRecovery::wait(double since_s, std::uint32_t in_flight_bytes, const TcpPath& path,
                        const TcpWindow& window) {
  if (untold_.empty()) return;
  const double timeout_s = window.timeout_s(path);
  const bool soon = probes() && in_flight_bytes > kWireSegmentBytes;
  const double until_s =
      since_s + (soon ? std::min(kProbeRoundTrips * path.round_s(), timeout_s) : timeout_s);
  waits_until_s_ = std::max(waits_until_s_, until_s);
}

LossRecovery::Part LossRecovery::probe() {
  probed_ = true;
  Part& last = untold_.back();
  const Part segment{last.request, (last.bytes - 1) % kWireSegmentBytes + 1};
  last.bytes -= segment.bytes;
  if (last.bytes == 0) untold_.pop_back();
  return segment;
}

void LossRecovery::time_out(std::uint32_t& in_flight_bytes, TcpWindow& window) {
  told_.insert(told_.end(), untold_.begin(), untold_.end());
  untold_.clear();
  in_flight_bytes -= take_told(UINT32_MAX);
  doubted_bytes_ = until_bytes_ = 0;
  window.time_out();
}

void LossRecovery::sent_again(std::uint32_t bytes) {
  again_.front().bytes -= bytes;
  if (again_.front().bytes == 0) again_.pop_front();
}

void LossRecovery::acknowledged(std::uint32_t bytes, bool again) {
  if (!recovering()) return;
  if (again) allowed_bytes_ += bytes;
  until_bytes_ -= std::min(until_bytes_, bytes);
}

}  // namespace offramp
