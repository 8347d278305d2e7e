#pragma once

#include <cstdint>
#include <limits>

namespace offramp {

/// The way that a connection's data takes in one direction.
struct TcpPath {
  double bottleneck_bytes_per_s = 0;
  double one_way_latency_s = 0;
  double buffer_bytes = 0;  ///< in front of the bottleneck; what does not fit is lost

  /// Time of a full segment on the bottleneck.
  double segment_s() const;
  /// Time from a segment to its acknowledgement when nothing waits.
  double round_s() const { return 2 * one_way_latency_s + segment_s(); }
  /// Segments under way when the bottleneck is just busy, and when its buffer is full too.
  double full_pipe_segments() const { return round_s() / segment_s(); }
  double full_buffer_segments() const;
};

/// The congestion window of one direction of a connection, in segments, round trip by round trip: slow start
/// from 10 (RFC 6928), doubling; a loss when the window exceeds pipe and buffer, after which 0.7 of it is
/// left; then cubic growth, W(t) = 0.4 (t - K)^3 + W_max with K = cbrt(0.3 W_max / 0.4) (RFC 8312). A round
/// whose window does not fill the pipe leaves the bottleneck idle for the rest of it.
class TcpWindow {
 public:
  /// One round: what arrives of it, how long it takes and how long of that the bottleneck is idle.
  struct Round {
    double segments;
    double duration_s;
    double stall_s;
  };

  /// Sends a message and grows by it; growth needs a window in use (Linux: at least half of it).
  /// @return the time that the bottleneck stood idle, which bytes / bandwidth does not have
  double send(const TcpPath& path, std::uint64_t segments);

  /// A full window goes out and is acknowledged.
  Round full_round(const TcpPath& path);

  /// After an idle time: slow start from the initial window up to where it had grown (RFC 2861).
  void restart();

  double segments() const { return segments_; }

 private:
  static constexpr double kInitialSegments = 10;

  void grow(double duration_s);
  void lose(double at_segments);

  double segments_ = kInitialSegments;
  double slow_start_until_ = std::numeric_limits<double>::infinity();
  double before_loss_ = 0;   ///< W_max
  double since_loss_s_ = 0;  ///< time spent sending since then
};

}  // namespace offramp
