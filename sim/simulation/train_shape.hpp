#pragma once

#include <cstdint>

#include "sim/platform/message_size.hpp"
#include "sim/platform/tcp_window.hpp"

namespace offramp {

/// A full segment with its headers.
inline constexpr std::uint32_t kWireSegmentBytes = kSegmentBytes + kSegmentHeaderBytes;

/// TCP counts segments: a last one that is not full is one too.
constexpr double segments_of(std::uint32_t wire_bytes) {
  return (wire_bytes + kWireSegmentBytes - 1) / kWireSegmentBytes;
}

/// Of a message that does not fit in its window as much goes at once as leaves the buffer's state nearly as
/// it was: an eighth of the buffer, at least an initial window.
std::uint32_t longest_train_bytes(const TcpPath& path);

/// A train comes over its access link packet by packet, and others' packets come between. It enters in pieces
/// of so many bytes: each comes in within an eighth of the time that the train takes on the bottleneck, or is
/// one packet. Where the access link is eight times as fast, the whole train is one piece.
std::uint32_t piece_bytes(const TcpPath& path, std::uint32_t train_bytes);

/// What goes together: what an acknowledgement, or the sender's program, lets go.
struct Release {
  double bytes = 0;
  /// Acknowledged just now. They come at the bottleneck's rate, and what they let go as they come.
  double clocked_bytes = 0;
  double sent_bytes = 0;  ///< of it, before the train that is looked at
};

/// The part of a release that still lies in the buffer when its last segment gets there. Without pacing it
/// comes while its acknowledgements do, or, where there are none, as fast as the access link lets it; pacing
/// spreads a window over half a round trip.
double piling_part(const TcpPath& path, const TcpWindow& window, const Release& release, bool pacing);

/// What becomes of a train at a drop-tail buffer, in this order.
struct TrainCut {
  std::uint32_t fits = 0;         ///< in bytes
  std::uint32_t lost = 0;         ///< with what passes among it
  std::uint32_t passes = 0;       ///< where a segment has left the full buffer
  std::uint32_t lost_behind = 0;  ///< after the last that passes
};
/// @param room_bytes  in the buffer; less than 0: it is to leave first
TrainCut cut_train(std::uint32_t train_bytes, double room_bytes, double piling);

}  // namespace offramp
