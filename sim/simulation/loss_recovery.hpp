#pragma once

#include <cstdint>
#include <deque>
#include <limits>

#include "sim/platform/tcp_window.hpp"
#include "sim/simulation/acknowledgements.hpp"
#include "sim/simulation/link_queue.hpp"

namespace offramp {

/// What one direction of a connection has lost, how its sender finds out, and what it may send until all has
/// come through: selective acknowledgements (RFC 6675), RACK and tail loss probes (RFC 8985), proportional
/// rate reduction (RFC 6937), as in Linux's net/ipv4/tcp_input.c, tcp_output.c and tcp_recovery.c.
///
/// The acknowledgement of anything that was sent later tells of a loss: at once when it is for three
/// segments, otherwise a quarter of a round trip later. When nothing was sent later, a probe is, after two
/// round trips. From then on as much is sent as comes through, and a segment more for each acknowledged one
/// that was sent again, up to the reduced window, until all is acknowledged that was under way when the loss
/// was found.
class LossRecovery {
 public:
  /// Segments of a message, with their headers.
  struct Part {
    std::uint32_t request = 0;
    std::uint32_t bytes = 0;
  };
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  /// Nothing that was sent later has come into the buffer.
  void lose(Part part);
  std::uint32_t untold_bytes() const;
  /// A train comes into the buffer: what its acknowledgement will tell of is all that was lost before, and of
  /// its own what is not its end.
  void note(Train& train);

  /// The sender is told.
  void tell(const Acknowledgement& one, const TcpPath& path, std::uint32_t& in_flight_bytes,
            TcpWindow& window);
  /// The quarter of a round trip is over.
  void believe(std::uint32_t& in_flight_bytes, TcpWindow& window);
  bool doubts() const { return doubted_bytes_ > 0; }
  double doubts_until_s() const { return doubts() ? doubts_until_s_ : kNever; }

  /// Something was sent, or acknowledged, last at that time: while anything is untold, the sender waits two
  /// round trips for more before it probes, or its timeout: while it recovers, when the probe is lost too,
  /// and when a single segment is under way, whose acknowledgement may be delayed.
  void wait(double since_s, std::uint32_t in_flight_bytes, const TcpPath& path, const TcpWindow& window);
  double waits_until_s() const { return untold_.empty() ? kNever : waits_until_s_; }
  bool probes() const { return !recovering() && !probed_; }
  /// The last segment that nothing tells of goes again.
  Part probe();
  /// All is lost that is not acknowledged.
  void time_out(std::uint32_t& in_flight_bytes, TcpWindow& window);

  /// What is to be sent again.
  bool has_again() const { return !again_.empty(); }
  const Part& next_again() const { return again_.front(); }
  void sent_again(std::uint32_t bytes);

  bool recovering() const { return until_bytes_ > 0; }
  /// Under way at most, besides what the window allows.
  std::uint32_t allowed_bytes() const { return recovering() ? allowed_bytes_ : UINT32_MAX; }
  void acknowledged(std::uint32_t bytes, bool again);

  /// Whether nothing of it is still to come.
  bool over() const { return untold_.empty() && told_.empty() && again_.empty() && !recovering(); }

  double event_s = kNever;  ///< when it is to be looked at again

 private:
  std::uint32_t take_told(std::uint32_t bytes);
  void find(std::uint32_t& in_flight_bytes, TcpWindow& window, bool by_probe);

  std::deque<Part> untold_;
  std::deque<Part> told_;
  std::deque<Part> again_;
  std::uint32_t doubted_bytes_ = 0;      ///< told of
  double selectively_acknowledged_ = 0;  ///< segments behind them
  double doubts_until_s_ = 0;
  double waits_until_s_ = 0;
  bool probed_ = false;  ///< since an acknowledgement came
  std::uint32_t until_bytes_ = 0;
  std::uint32_t allowed_bytes_ = 0;
};

}  // namespace offramp
