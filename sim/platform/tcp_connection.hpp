#pragma once

#include <cstdint>
#include <limits>

#include "sim/platform/tcp_window.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The state of one TCP connection, seen from its opener: closed, or open with a window in each direction.
class TcpConnection {
 public:
  enum class Direction { up, down };

  /// What TCP adds to bytes / bandwidth + latency for a message that is sent now; the connection is open
  /// afterwards. A new connection pays its handshake, and whoever's window is still small, or small
  /// again after an idle time, the rounds in which it does not fill the path.
  double start_delay_s(const ConnectionSpec& spec, const TcpPath& path, Direction direction,
                       std::uint64_t message_bytes, double now_s);

  /// The last byte of a transfer has left.
  void sent(Direction direction, double now_s) { end_of(direction).last_sent_s = now_s; }

  /// The handshake is done: what the other end of a connection finds.
  void open() { open_ = true; }

  const TcpWindow& window(Direction direction) const { return ends_[static_cast<int>(direction)].window; }

 private:
  struct End {
    TcpWindow window;
    double last_sent_s = std::numeric_limits<double>::infinity();  ///< infinity: nothing sent yet
  };
  End& end_of(Direction direction) { return ends_[static_cast<int>(direction)]; }

  bool open_ = false;
  End ends_[2];
};

}  // namespace offramp
