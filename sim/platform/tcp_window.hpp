#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "sim/platform/hystart.hpp"
#include "sim/platform/tcp_path.hpp"

namespace offramp {

/// The congestion window of one direction of a connection, in segments, as Linux's cubic moves it: slow start
/// from 10 (RFC 6928), doubling, until a loss or until HyStart ends it, once a connection; then by 5 % a
/// round; after a loss 0.7 of it is left, and W(t) = 0.4 (t - K)^3 + W_max with K = cbrt((W_max - W) / 0.4),
/// or 0.53 segments a round where that is more (RFC 8312). What the RFCs leave open is as in Linux:
/// net/ipv4/tcp_cubic.c, tcp_input.c, tcp_output.c.
class TcpWindow {
 public:
  double segments() const { return segments_; }

  /// Whether its acknowledgements come back before it is out: the sender never pauses.
  bool fills(const TcpPath& path) const { return segments_ >= path.full_pipe_segments(); }

  /// Segments are sent. A window grows by what is acknowledged while it is a limit, and in slow start up to
  /// twice the most that was under way (tcp_cwnd_validate, tcp_is_cwnd_limited).
  /// @param under_way  with them, in segments: sent and not acknowledged
  /// @param limited    it lets no more go, now or until an acknowledgement comes
  void sent(double at_s, double segments, double under_way, bool limited);
  /// So many segments were acknowledged, that went in several trains, as the window let them.
  /// @param waited_s  in the bottleneck's buffer, for what others had sent: HyStart takes it for a full pipe
  void acknowledged(const TcpPath& path, double at_s, double segments, double waited_s = 0);
  /// A message was that went as a whole.
  void acknowledged_whole(const TcpPath& path, double at_s, double segments, double waited_s = 0);

  /// Something was lost when so many segments were under way.
  void lose(double at_segments);
  /// Everything was lost, and a timer found out.
  void time_out();
  /// Time until that timer goes off, twice as long each time in a row (RFC 6298; 200 ms as in Linux).
  double timeout_s(const TcpPath& path) const;

  /// How long after its last byte left the bottleneck Linux takes a connection for idle: its retransmission
  /// timeout runs from when that byte was sent.
  double own_idle_timeout_s(const TcpPath& path) const;

  /// After an idle time: half of it for each retransmission timeout that went by, down to the initial window;
  /// then slow start up to where it had grown (RFC 2861).
  /// @param idle_s  since the last byte left the bottleneck
  void restart(const TcpPath& path, double idle_s);

  /// What a path without other users does to a window that fills it, between two times: whole rounds in
  /// which the bottleneck is busy throughout; what exceeds pipe and buffer is lost.
  void fill(const TcpPath& path, double from_s, double to_s);

 private:
  static constexpr double kInitialSegments = 10;
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  double fill_once(const TcpPath& path, double at_s);
  void end_slow_start();
  void slow_start(double segments, double hystart_ends_after);
  void avoid_congestion(const TcpPath& path, double at_s, double segments);
  double retransmission_timeout_s(const TcpPath& path) const;
  double waited_s(const TcpPath& path) const;

  double segments_ = kInitialSegments;
  double slow_start_until_ = std::numeric_limits<double>::infinity();
  HyStart hystart_;
  double rounds_ = 0;               ///< since the connection was opened
  double last_burst_segments_ = 0;  ///< a message that went as a whole; 0: one that did not
  double before_loss_ = 0;          ///< W_max; 0: never lost anything, or all
  double curve_from_s_ = kNone;     ///< when t of W(t) was 0; without the times when nothing was under way
  double last_sent_s_ = 0;
  float origin_ = 0;           ///< W(K)
  float regrown_s_ = 0;        ///< K
  float friendly_ = 0;         ///< the window of a Reno with the same mean
  float most_under_way_ = 0;   ///< since a window ago, in segments
  float judged_for_ = 0;       ///< so many acknowledgements yet, unless more is under way before
  std::int16_t timeouts_ = 0;  ///< in a row
  bool limited_ = false;       ///< was it a limit in that time
};

}  // namespace offramp
