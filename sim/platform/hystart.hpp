#pragma once

#include <limits>

#include "sim/platform/tcp_path.hpp"

namespace offramp {

/// Ends a connection's first slow start before anything is lost, once: Ha and Rhee (2011) as in Linux's
/// net/ipv4/tcp_cubic.c. Both tests begin with a window of 16 segments.
///
/// - A train of acknowledgements that lasts half a round trip: the window fills the pipe.
/// - A round trip that has grown by an eighth (4 to 16 ms): the least of a round's first eight samples
/// against
///   the least ever seen. The window's own part of that is known from its size; what others have in the
///   buffer is sampled train by train. A round ends when what was under way at its begin is acknowledged, so
///   it does not begin where a train does, and mostly two trains must have waited.
class HyStart {
 public:
  /// A window in full use grows by a segment for each that is acknowledged.
  /// @param window    in segments, before them
  /// @param waited_s  in the bottleneck's buffer, for what others had sent
  /// @return how many of `segments` come before slow start ends; infinity: it goes on
  double ends_after(const TcpPath& path, double window, double segments, double waited_s);
  /// The same for a message that fitted in the window: nothing is under way before it and behind it.
  double ends_after_whole(const TcpPath& path, double window, double segments, double waited_s);

  /// The window has begun anew, after an idle time or a timeout.
  void restart() { round_segments_ = last_round_segments_ = acknowledged_in_round_ = 0; }

 private:
  double own_train_ends_after(const TcpPath& path, double window, double segments);
  double others_end_after(const TcpPath& path, double window, double segments, double waited_s);

  float round_segments_ = 0;       ///< the window with which the round began
  float last_round_segments_ = 0;  ///< and the one before
  float acknowledged_in_round_ = 0;

  float acknowledged_ = 0;    ///< in slow start since the connection was opened
  float sampled_until_ = 0;   ///< the sampled round ends when so many are
  float samples_ = 0;         ///< of the round trip, in that round
  float sampled_wait_s_ = 0;  ///< the least of them
  float least_wait_s_ = std::numeric_limits<float>::infinity();  ///< that this connection has seen
};

}  // namespace offramp
