#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace offramp {

/// What happens to packets between two ends, in one direction. It has no clock: whoever owns it says what
/// time it is.
class PacketWay {
 public:
  using Packet = std::vector<std::uint8_t>;
  struct Counts {
    std::uint64_t carried = 0;
    std::uint64_t dropped = 0;  ///< a buffer was full
    std::uint64_t lost = 0;     ///< by LinkShape::loss_probability
  };

  virtual ~PacketWay() = default;

  /// A packet has come to the near end.
  /// @param now_s  not before an earlier call's
  virtual void push(double now_s, Packet packet) = 0;
  /// When something is to be done next; none when nothing is under way.
  virtual std::optional<double> next_due_s() const = 0;
  /// Takes the packet that is at the far end by now; none when what was due lies within.
  virtual std::optional<Packet> take(double now_s) = 0;
  virtual Counts counts() const = 0;
};

}  // namespace offramp
