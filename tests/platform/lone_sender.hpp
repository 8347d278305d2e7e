#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/platform/message_size.hpp"
#include "sim/platform/tcp_connection.hpp"

namespace offramp {

/// How long the bottleneck stands idle while a message crosses a path that nobody else uses: every window
/// that does not fill the path leaves it idle from its last byte to its first acknowledgement.
inline double stall_s(TcpWindow& window, const TcpPath& path, std::uint64_t message_segments) {
  auto left = static_cast<double>(message_segments);
  const bool whole = left <= window.segments();
  double stall_s = 0;
  for (; left > window.segments() && !window.fills(path);
       window.acknowledged(path, window.segments(), path.round_s())) {
    left -= window.segments();
    stall_s += path.round_s() - window.segments() * path.segment_s();
  }
  if (left > window.segments())
    window.fill(path, 0, left * path.segment_s());
  else if (whole)
    window.acknowledged_whole(path, left);
  else
    window.acknowledged(path, left, path.round_s());
  return stall_s;
}

/// What TCP adds to bytes / bandwidth + latency of a message that a lone sender sends now.
inline double start_delay_s(TcpConnection& connection, const ConnectionSpec& spec, const TcpPath& path,
                            TcpConnection::Direction direction, std::uint64_t message_bytes, double now_s) {
  const double handshake_s = connection.begin(spec, path, direction, now_s);
  return handshake_s + stall_s(connection.window(direction), path, segments(message_bytes));
}

}  // namespace offramp
