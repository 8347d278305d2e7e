#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/testbed/packet_way.hpp"

namespace offramp {

/// One direction of an emulated link.
struct LinkShape {
  double bytes_per_s = 0;
  double one_way_delay_s = 0;
  double buffer_bytes = 0;      ///< drop-tail; a packet being sent has left it
  double loss_probability = 0;  ///< of each packet, on the wire: it takes its time on the link and vanishes
};

/// What a real link does to packets: they wait in a drop-tail queue, are sent one after another at the link's
/// rate, and arrive a fixed delay later.
class EmulatedLink final : public PacketWay {
 public:
  EmulatedLink(const LinkShape& shape, std::uint64_t seed);

  void push(double now_s, Packet packet) override;
  std::optional<double> next_due_s() const override;
  std::optional<Packet> take(double now_s) override;
  /// Takes the packet that is due next; there must be one.
  Packet pop();
  Counts counts() const override { return counts_; }

  /// When all that was pushed and not dropped has been sent.
  double free_at_s() const { return free_at_s_; }

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
