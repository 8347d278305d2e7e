#include "sim/platform/tcp_window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr double kKeptAfterLoss = 0.7;
constexpr double kKeptOfMaximum = (1 + kKeptAfterLoss) / 2;  // W_max when it was not reached again
constexpr double kCubic = 0.4;                               // segments / s^3
constexpr double kFriendly = 3 * (1 - kKeptAfterLoss) / (1 + kKeptAfterLoss);  // segments / round
constexpr double kAcknowledgementsASegment = 20;  // growth as long as nothing was ever lost
constexpr double kHystartFromSegments = 16;
constexpr double kHystartTrainGapS = 2e-3;
constexpr double kHystartAckDelayS = 1e-3;
constexpr double kHystartShortestDelayS = 4e-3;
constexpr double kHystartLongestDelayS = 16e-3;
constexpr double kQuickAcknowledgements = 16;
constexpr double kHystartSamples = 8;  // of the round trip, before it is believed
constexpr double kShortestTimeoutS = 0.2;
constexpr double kSmoothingLag = 7;  // samples: 1 / gain - 1
constexpr double kSegmentsAnAcknowledgement = 2;
constexpr int kMostDoublings = 9;  // to about two minutes

constexpr double kWireSegmentBytes = kSegmentBytes + kSegmentHeaderBytes;

/// A round trip longer than the shortest by this much ends slow start.
double hystart_delay_s(const TcpPath& path) {
  return std::clamp(path.one_way_latency_s / 4, kHystartShortestDelayS, kHystartLongestDelayS);
}

}  // namespace

double TcpPath::segment_s() const { return kWireSegmentBytes / bottleneck_bytes_per_s; }

double TcpPath::full_buffer_segments() const {
  return full_pipe_segments() + buffer_bytes / kWireSegmentBytes;
}

void TcpWindow::acknowledged(const TcpPath& path, double segments, double round_s, double waited_s) {
  timeouts_ = 0;
  const double rounds = segments / segments_;
  rounds_ += rounds;
  last_burst_segments_ = 0;
  if (segments_ < slow_start_until_) {
    const double until_exit = hystart_ends_after(path, segments, waited_s);
    segments_ += std::min(slow_start_growth(path, segments), until_exit);
    if (until_exit < segments) slow_start_until_ = friendly_ = segments_;
  } else if (before_loss_ == 0) {
    segments_ += segments / kAcknowledgementsASegment;
  } else {
    since_loss_s_ += round_s * rounds;
    friendly_ += kFriendly * rounds;
    segments_ =
        std::max({segments_, friendly_, kCubic * std::pow(since_loss_s_ - regrown_s_, 3) + before_loss_});
  }
}

/// A segment for each that was acknowledged, up to the threshold, which HyStart sets once.
double TcpWindow::slow_start_growth(const TcpPath& path, double segments) {
  if (std::isfinite(slow_start_until_)) return std::min(segments, slow_start_until_ - segments_);
  if (acknowledged_in_round_ >= round_segments_) {
    last_round_segments_ = round_segments_;
    round_segments_ = segments_;
    acknowledged_in_round_ = 0;
  }
  double until_exit = std::numeric_limits<double>::infinity();
  if (segments_ >= kHystartFromSegments) {
    const double round_trip_s = 2 * path.one_way_latency_s;
    if (path.segment_s() <= kHystartTrainGapS)
      until_exit = (round_trip_s + kHystartAckDelayS) / 2 / path.segment_s() - acknowledged_in_round_;
    if (last_round_segments_ * path.segment_s() - round_trip_s > hystart_delay_s(path))
      until_exit = std::min(until_exit, kHystartSamples - acknowledged_in_round_);
  }
  acknowledged_in_round_ += segments;
  if (segments <= until_exit) return segments;
  const double growth = std::max(0.0, until_exit);
  slow_start_until_ = friendly_ = segments_ + growth;
  return growth;
}

/// HyStart's other test, as Linux does it: when the least of a round's first eight samples of the round trip
/// is longer than the least ever seen, others fill the buffer. Samples begin with a window of 16; a round
/// ends when what was under way at its begin is acknowledged. So it does not begin with a train, and two
/// trains must have waited. A receiver acknowledges each of a connection's first 16 segments, and then every
/// second.
/// @return how many of these segments come before that; infinity: slow start goes on
double TcpWindow::hystart_ends_after(const TcpPath& path, double segments, double waited_s) {
  least_wait_s_ = std::min(least_wait_s_, waited_s);
  double until_exit = std::numeric_limits<double>::infinity();
  if (std::isfinite(slow_start_until_)) return until_exit;
  for (double done = 0; done < segments;) {
    const double total = slow_start_segments_ + done;
    const double window = segments_ + done;
    if (window < kHystartFromSegments) {
      done += std::min(segments - done, kHystartFromSegments - window);
      continue;
    }
    if (total >= sampled_until_) {
      sampled_until_ = total + window;
      samples_ = 0;
      sampled_wait_s_ = waited_s;
    }
    sampled_wait_s_ = std::min(sampled_wait_s_, waited_s);
    const double of_round = std::min(segments - done, sampled_until_ - total);
    if (samples_ >= kHystartSamples) {
      done += of_round;
      continue;
    }
    const double a_sample = total < kQuickAcknowledgements ? 1 : kSegmentsAnAcknowledgement;
    const double sampled = std::min(of_round, (kHystartSamples - samples_) * a_sample);
    samples_ += sampled / a_sample;
    done += sampled;
    if (samples_ >= kHystartSamples && sampled_wait_s_ - least_wait_s_ > hystart_delay_s(path)) {
      until_exit = done;
      break;
    }
  }
  slow_start_segments_ += segments;
  return until_exit;
}

void TcpWindow::acknowledged_whole(const TcpPath& path, double segments, double waited_s) {
  timeouts_ = 0;
  rounds_ += 1;
  last_burst_segments_ = segments;
  if (segments_ >= slow_start_until_) return;
  sampled_until_ = slow_start_segments_;  // nothing was under way before it
  const double until_exit = hystart_ends_after(path, segments, waited_s);
  sampled_until_ = slow_start_segments_;  // nor is behind it
  const double grown =
      std::min({segments_ + segments, 2 * segments, slow_start_until_, segments_ + until_exit});
  segments_ = std::max(segments_, grown);
  if (until_exit < segments) slow_start_until_ = friendly_ = segments_;
}

void TcpWindow::lose(double at_segments) {
  before_loss_ = at_segments < before_loss_ ? kKeptOfMaximum * at_segments : at_segments;
  segments_ = std::max(1.0, kKeptAfterLoss * at_segments);
  slow_start_until_ = friendly_ = segments_;
  since_loss_s_ = 0;
  regrown_s_ = std::cbrt(std::max(0.0, before_loss_ - segments_) / kCubic);
}

void TcpWindow::time_out() {
  if (timeouts_++ == 0) lose(segments_);
  segments_ = 1;
  round_segments_ = acknowledged_in_round_ = 0;
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
  round_segments_ = last_round_segments_ = acknowledged_in_round_ = 0;
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
