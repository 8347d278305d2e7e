#include "sim/platform/tcp_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace offramp {
namespace {

constexpr double kKeptAfterLoss = 0.7;
constexpr double kKeptOfMaximum = (1 + kKeptAfterLoss) / 2;  // W_max when it was not reached again
constexpr double kCubic = 0.4;                               // segments / s^3
constexpr double kFriendly = 3 * (1 - kKeptAfterLoss) / (1 + kKeptAfterLoss);  // segments / round
constexpr double kAcknowledgementsASegment = 20;  // growth as long as nothing was ever lost
constexpr double kShortestTimeoutS = 0.2;
constexpr double kSmoothingLag = 7;  // samples: 1 / gain - 1
constexpr double kSegmentsAnAcknowledgement = 2;
constexpr int kMostDoublings = 9;  // to about two minutes

}  // namespace

void TcpWindow::acknowledged(const TcpPath& path, double segments, double round_s, double waited_s) {
  timeouts_ = 0;
  const double rounds = segments / segments_;
  rounds_ += rounds;
  last_burst_segments_ = 0;
  if (segments_ < slow_start_until_) {
    const double until_exit =
        std::isinf(slow_start_until_) ? hystart_.ends_after(path, segments_, segments, waited_s) : segments;
    segments_ += std::min({segments, until_exit, slow_start_until_ - segments_});
    if (until_exit < segments) end_slow_start();
  } else if (before_loss_ == 0) {
    segments_ += segments / kAcknowledgementsASegment;
  } else {
    since_loss_s_ += round_s * rounds;
    friendly_ += kFriendly * rounds;
    segments_ =
        std::max({segments_, friendly_, kCubic * std::pow(since_loss_s_ - regrown_s_, 3) + before_loss_});
  }
}

void TcpWindow::acknowledged_whole(const TcpPath& path, double segments, double waited_s) {
  timeouts_ = 0;
  rounds_ += 1;
  last_burst_segments_ = segments;
  if (segments_ >= slow_start_until_) return;
  const double until_exit = std::isinf(slow_start_until_)
                                ? hystart_.ends_after_whole(path, segments_, segments, waited_s)
                                : segments;
  const double grown =
      std::min({segments_ + segments, 2 * segments, slow_start_until_, segments_ + until_exit});
  segments_ = std::max(segments_, grown);
  if (until_exit < segments) end_slow_start();
}

void TcpWindow::end_slow_start() { slow_start_until_ = friendly_ = segments_; }

void TcpWindow::lose(double at_segments) {
  before_loss_ = at_segments < before_loss_ ? kKeptOfMaximum * at_segments : at_segments;
  segments_ = std::max(1.0, kKeptAfterLoss * at_segments);
  end_slow_start();
  since_loss_s_ = 0;
  regrown_s_ = std::cbrt(std::max(0.0, before_loss_ - segments_) / kCubic);
}

void TcpWindow::time_out() {
  if (timeouts_++ == 0) lose(segments_);
  segments_ = 1;
  hystart_.restart();
}

/// Smoothed round trip (gain 1/8) plus four times its deviation (gain 1/4; RFC 6298), at least 200 ms. The
/// deviation begins at half a round trip and loses a quarter of what is too much with each. Segments of a
/// burst wait for one another: the round trip rises with every acknowledgement, of two segments, and the
/// smoothed one lags seven of them behind.
double TcpWindow::retransmission_timeout_s(const TcpPath& path) const {
  const double round_s = path.round_s();
  const double lag_s = kSmoothingLag * kSegmentsAnAcknowledgement * path.segment_s();
  const double queued_s = std::max(0.0, waited_s(path) - lag_s);
  const double first_s = kShortestTimeoutS + std::max(0.0, 2 * round_s - kShortestTimeoutS) *
                                                 std::pow(0.75, std::max(0.0, rounds_ - 0.5));
  return round_s + queued_s + std::max(first_s, queued_s > 0 ? 4 * lag_s : 0);
}

/// How long the last segment of the last burst waited for the others.
double TcpWindow::waited_s(const TcpPath& path) const {
  return std::max(0.0, last_burst_segments_ - 1) * path.segment_s();
}

double TcpWindow::timeout_s(const TcpPath& path) const {
  return std::ldexp(retransmission_timeout_s(path), std::min(timeouts_, kMostDoublings));
}

double TcpWindow::own_idle_timeout_s(const TcpPath& path) const {
  return retransmission_timeout_s(path) - waited_s(path);
}

void TcpWindow::restart(const TcpPath& path, double idle_s) {
  if (segments_ <= kInitialSegments) return;
  if (std::isfinite(slow_start_until_)) slow_start_until_ = std::max(slow_start_until_, 0.75 * segments_);
  const double halvings =
      std::max(1.0, std::floor((idle_s + waited_s(path)) / retransmission_timeout_s(path)));
  segments_ = std::max(kInitialSegments, segments_ * std::exp2(-halvings));
  hystart_.restart();
}

double TcpWindow::fill_once(const TcpPath& path) {
  const double delivered = std::min(segments_, path.full_buffer_segments());
  const double round_s = std::max(delivered * path.segment_s(), path.round_s());
  if (delivered < segments_)
    lose(delivered);
  else
    acknowledged(path, delivered, round_s);
  return round_s;
}

void TcpWindow::fill(const TcpPath& path, double from_s, double to_s) {
  for (double at_s = from_s;;) {
    TcpWindow after = *this;
    at_s += after.fill_once(path);
    if (at_s > to_s) return;
    *this = after;
  }
}

}  // namespace offramp
