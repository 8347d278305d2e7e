#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/platform/message_size.hpp"
#include "sim/platform/tcp_connection.hpp"

namespace offramp {

/// So many segments go in full use of the window, and are acknowledged a round trip later.
inline void full_round(TcpWindow& window, const TcpPath& path, double segments, double at_s = 0,
                       double waited_s = 0) {
  window.sent(at_s, segments, segments, true);
  window.acknowledged(path, at_s + path.round_s(), segments, waited_s);
}

/// A message that fits goes as a whole, and nothing else is under way.
inline void whole_message(TcpWindow& window, const TcpPath& path, double segments, double at_s = 0,
                          double waited_s = 0) {
  window.sent(at_s, segments, segments, segments >= std::floor(window.segments()));
  window.acknowledged_whole(path, at_s + path.round_s(), segments, waited_s);
}

/// How long the bottleneck stands idle while a message crosses a path that nobody else uses: every window
/// that does not fill the path leaves it idle from its last byte to its first acknowledgement.
inline double stall_s(TcpWindow& window, const TcpPath& path, std::uint64_t message_segments) {
  auto left = static_cast<double>(message_segments);
  const bool whole = left <= window.segments();
  double stall_s = 0;
  double at_s = 0;
  while (left > window.segments() && !window.fills(path)) {
    left -= window.segments();
    stall_s += path.round_s() - window.segments() * path.segment_s();
    full_round(window, path, window.segments(), at_s);
    at_s += path.round_s();
  }
  if (left > window.segments())
    window.fill(path, at_s, at_s + left * path.segment_s());
  else if (whole)
    whole_message(window, path, left, at_s);
  else
    full_round(window, path, left, at_s);
  return stall_s;
}

/// What TCP adds to bytes / bandwidth + latency of a message that a lone sender sends now.
inline double start_delay_s(TcpConnection& connection, const ConnectionSpec& spec, const TcpPath& path,
                            TcpConnection::Direction direction, std::uint64_t message_bytes, double now_s) {
  const double handshake_s = connection.begin(spec, path, direction, now_s);
  return handshake_s + stall_s(connection.window(direction), path, segments(message_bytes));
}

}  // namespace offramp
