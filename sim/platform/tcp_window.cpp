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
constexpr double kAcknowledgementsASegment = 20;  // growth at least, as long as nothing was ever lost
constexpr double kLeastGrowth = 0.01;             // segments a round
constexpr double kMostGrowthASegment = 0.5;
constexpr double kShortestTimeoutS = 0.2;
constexpr double kSmoothingLag = 7;  // samples: 1 / gain - 1
constexpr double kSegmentsAnAcknowledgement = 2;
constexpr int kMostDoublings = 9;  // to about two minutes

}  // namespace

void TcpWindow::sent(double at_s, double segments, double under_way, bool limited) {
  // CA_EVENT_TX_START: the curve stands still from the last segment sent to the first that finds nothing
  // under way.
  if (under_way <= segments && curve_from_s_ != kNone) curve_from_s_ += std::max(0.0, at_s - last_sent_s_);
  last_sent_s_ = at_s;
  const auto most = static_cast<float>(under_way);
  if (judged_for_ > 0 && !limited && (limited_ || most <= most_under_way_)) return;
  limited_ = limited;
  most_under_way_ = judged_for_ = most;
}

void TcpWindow::acknowledged(const TcpPath& path, double at_s, double segments, double waited_s) {
  timeouts_ = 0;
  rounds_ += segments / segments_;
  last_burst_segments_ = 0;
  judged_for_ -= static_cast<float>(segments);
  if (segments_ >= slow_start_until_) return avoid_congestion(path, at_s, segments);
  slow_start(segments, std::isinf(slow_start_until_)
                           ? hystart_.ends_after(path, segments_, segments, waited_s)
                           : segments);
}

void TcpWindow::acknowledged_whole(const TcpPath& path, double at_s, double segments, double waited_s) {
  timeouts_ = 0;
  rounds_ += 1;
  last_burst_segments_ = segments;
  judged_for_ -= static_cast<float>(segments);
  if (segments_ >= slow_start_until_) return avoid_congestion(path, at_s, segments);
  slow_start(segments, std::isinf(slow_start_until_)
                           ? hystart_.ends_after_whole(path, segments_, segments, waited_s)
                           : segments);
}

void TcpWindow::slow_start(double segments, double hystart_ends_after) {
  const double room = limited_ ? segments : 2.0 * most_under_way_ - segments_;
  segments_ += std::max(0.0, std::min({segments, hystart_ends_after, slow_start_until_ - segments_, room}));
  if (hystart_ends_after < segments) end_slow_start();
}

/// Each acknowledged segment brings 1 / segments_ of what the window lacks to where the curve will be in a
/// round trip.
void TcpWindow::avoid_congestion(const TcpPath& path, double at_s, double segments) {
  if (!limited_) return;
  if (curve_from_s_ == kNone) {
    curve_from_s_ = at_s;
    friendly_ = static_cast<float>(segments_);
    origin_ = static_cast<float>(std::max(before_loss_, segments_));
    regrown_s_ = static_cast<float>(std::cbrt(std::max(0.0, before_loss_ - segments_) / kCubic));
  }
  friendly_ += static_cast<float>(kFriendly * segments / segments_);
  const double curve = origin_ + kCubic * std::pow(at_s + path.round_s() - curve_from_s_ - regrown_s_, 3);
  const double lacks = std::max({curve - segments_, friendly_ - segments_, kLeastGrowth,
                                 before_loss_ == 0 ? segments_ / kAcknowledgementsASegment : 0});
  segments_ += segments * std::min(lacks / segments_, kMostGrowthASegment);
}

void TcpWindow::end_slow_start() { slow_start_until_ = segments_; }

void TcpWindow::lose(double at_segments) {
  before_loss_ = at_segments < before_loss_ ? kKeptOfMaximum * at_segments : at_segments;
  segments_ = std::max(1.0, kKeptAfterLoss * at_segments);
  end_slow_start();
  curve_from_s_ = kNone;
}

void TcpWindow::time_out() {
  if (timeouts_++ == 0) lose(segments_);
  segments_ = 1;
  before_loss_ = 0;
  curve_from_s_ = kNone;
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
  return std::ldexp(retransmission_timeout_s(path), std::min<int>(timeouts_, kMostDoublings));
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

double TcpWindow::fill_once(const TcpPath& path, double at_s) {
  const double delivered = std::min(segments_, path.full_buffer_segments());
  const double round_s = std::max(delivered * path.segment_s(), path.round_s());
  sent(at_s, delivered, 2 * delivered, true);
  if (delivered < segments_)
    lose(delivered);
  else
    acknowledged(path, at_s + round_s, delivered);
  return round_s;
}

void TcpWindow::fill(const TcpPath& path, double from_s, double to_s) {
  for (double at_s = from_s;;) {
    TcpWindow after = *this;
    at_s += after.fill_once(path, at_s);
    if (at_s > to_s) return;
    *this = after;
  }
}

}  // namespace offramp
