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

/// The part of a train that still lies in the buffer when its last segment gets there. Acknowledgements, or
/// pacing, spread a window over half a round trip; without pacing, what a connection sends after a pause
/// comes as fast as its access link lets it.
double piling_part(const TcpPath& path, const TcpWindow& window, bool after_a_pause, bool pacing);

}  // namespace offramp
