#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/random_stream.hpp"

namespace offramp {

/// One direction of an emulated link.
struct LinkShape {
  double bytes_per_s = 0;
  double one_way_delay_s = 0;
  double buffer_bytes = 0;      ///< drop-tail; a packet being sent has left it
  double loss_probability = 0;  ///< of each packet, on the wire: it takes its time on the link and vanishes
};

/// What a real link does to packets: they wait in a drop-tail queue, are sent one after another at the link's
/// rate, and arrive a fixed delay later. It has no clock: whoever owns it says what time it is.
class EmulatedLink {
 public:
  using Packet = std::vector<std::uint8_t>;

  EmulatedLink(const LinkShape& shape, std::uint64_t seed);

  /// A packet has come to the link's near end.
  /// @param now_s  not before an earlier call's
  void push(double now_s, Packet packet);

  /// When the next packet is due at the far end; none when nothing is under way.
  std::optional<double> next_due_s() const;

  /// Takes the packet that is due next; there must be one.
  Packet pop();

  struct Counts {
    std::uint64_t carried = 0;
    std::uint64_t dropped = 0;  ///< the buffer was full
    std::uint64_t lost = 0;     ///< by loss_probability
  };
  const Counts& counts() const { return counts_; }

 private:
  struct UnderWay {
    double due_s;
    Packet packet;
  };
  struct Waiting {
    double sent_from_s;
    double bytes;
  };

  LinkShape shape_;
  RandomEngine loss_;
  double free_at_s_ = 0;
  std::deque<Waiting> waiting_;
  double waiting_bytes_ = 0;
  std::deque<UnderWay> under_way_;
  Counts counts_;
};

}  // namespace offramp
