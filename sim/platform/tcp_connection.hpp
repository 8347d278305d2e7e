#pragma once

#include <limits>

#include "sim/platform/tcp_window.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The state of one TCP connection, seen from its opener: closed, or open with a window in each direction.
class TcpConnection {
 public:
  enum class Direction { up, down };

  /// A message is about to be sent: a connection that is closed opens, and a window that was idle for too
  /// long starts small again.
  /// @param under_way  something that it sent is not acknowledged: it is not idle
  /// @return how long the handshake takes; 0 when it was open
  double begin(const ConnectionSpec& spec, const TcpPath& path, Direction direction, double now_s,
               bool under_way = false);

  /// The last byte of a message has left.
  void sent(Direction direction, double now_s) { end_of(direction).last_sent_s = now_s; }

  /// The handshake is done: what the other end of a connection finds.
  void open() { open_ = true; }

  TcpWindow& window(Direction direction) { return end_of(direction).window; }
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
