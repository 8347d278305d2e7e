#pragma once

#include <cstdint>
#include <limits>

#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The way that a connection's data takes in one direction.
struct TcpPath {
  double bottleneck_bytes_per_s = 0;
  double one_way_latency_s = 0;
};

/// What TCP adds to bytes / bandwidth + latency while its window is still small.
///
/// With s = 1500 B / B the time of a segment at the bottleneck, N segments to send, rtt = 2 latency and
/// a window of w = 10 segments, the sender stalls as long as the window does not cover the path:
///
///     n = 0;  while n + w < N and w s < rtt + s:  extra += rtt + s - w s;  n += w;  w *= 2
///
/// Source: RFC 5681 with RFC 6928's initial window; checked against cubic on a real path.
double slow_start_delay_s(const TcpPath& path, std::uint64_t message_bytes);

/// The state of one TCP connection, seen from its opener: new, warm, or idle for too long.
class TcpConnection {
 public:
  enum class Direction { up, down };

  /// The delay before the bytes of a message flow at the path's rate; the connection is open
  /// afterwards. A new connection pays its handshake and slow start, an idle one slow start.
  double start_delay_s(const ConnectionSpec& spec, const TcpPath& path, Direction direction,
                       std::uint64_t message_bytes, double now_s);

  /// The last byte of a transfer has left.
  void sent(Direction direction, double now_s) { last_sent_s_[static_cast<int>(direction)] = now_s; }

  /// The handshake is done: what the other end of a connection finds.
  void open() { open_ = true; }

 private:
  static constexpr double kNever = -std::numeric_limits<double>::infinity();

  bool open_ = false;
  double last_sent_s_[2] = {kNever, kNever};
};

}  // namespace offramp
