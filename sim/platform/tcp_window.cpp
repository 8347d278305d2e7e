#include "sim/platform/tcp_window.hpp"

#include <algorithm>
#include <cmath>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr double kKeptAfterLoss = 0.7;
constexpr double kCubic = 0.4;  // segments / s^3

constexpr double kWireSegmentBytes = kSegmentBytes + kSegmentHeaderBytes;

}  // namespace

double TcpPath::segment_s() const { return kWireSegmentBytes / bottleneck_bytes_per_s; }

double TcpPath::full_buffer_segments() const {
  return full_pipe_segments() + buffer_bytes / kWireSegmentBytes;
}

double TcpWindow::send(const TcpPath& path, std::uint64_t to_send) {
  auto left = static_cast<double>(to_send);
  double stall_s = 0;
  while (left > segments_) {
    const Round round = full_round(path);
    left -= round.segments;
    stall_s += round.stall_s;
  }
  if (segments_ < slow_start_until_)
    segments_ = std::max(segments_, std::min({segments_ + left, 2 * left, slow_start_until_}));
  return stall_s;
}

TcpWindow::Round TcpWindow::full_round(const TcpPath& path) {
  // What overshoots pipe and buffer is lost, and the sender learns of it when this round is over.
  const double delivered = std::min(segments_, path.full_buffer_segments());
  const double busy_s = delivered * path.segment_s();
  const Round round{delivered, std::max(busy_s, path.round_s()), std::max(0.0, path.round_s() - busy_s)};
  if (delivered < segments_)
    lose(delivered);
  else if (segments_ < slow_start_until_)
    segments_ = std::min(2 * segments_, slow_start_until_);
  else
    grow(round.duration_s);
  return round;
}

void TcpWindow::grow(double duration_s) {
  since_loss_s_ += duration_s;
  const double regrown_s = std::cbrt((1 - kKeptAfterLoss) * before_loss_ / kCubic);
  segments_ = std::max(segments_, kCubic * std::pow(since_loss_s_ - regrown_s, 3) + before_loss_);
}

void TcpWindow::lose(double at_segments) {
  before_loss_ = at_segments;
  since_loss_s_ = 0;
  segments_ = std::max(1.0, kKeptAfterLoss * at_segments);
  slow_start_until_ = segments_;
}

void TcpWindow::restart() {
  if (segments_ <= kInitialSegments) return;
  if (std::isfinite(slow_start_until_)) slow_start_until_ = std::max(slow_start_until_, 0.75 * segments_);
  segments_ = kInitialSegments;
}

}  // namespace offramp
