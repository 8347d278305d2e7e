#pragma once

#include <cstdint>

namespace offramp {

/// Our framing of a message: magic and version 4, type, flags and route 4, request 8, payload length 4,
/// CRC-32 4 (sim/testbed/message.hpp).
inline constexpr std::uint64_t kFrameBytes = 24;
/// Payload of a full TCP segment on an Ethernet path, and its IPv4 (20) and TCP (32, with
/// timestamps) headers: 1448 + 52 = 1500.
inline constexpr std::uint64_t kSegmentBytes = 1448;
inline constexpr std::uint64_t kSegmentHeaderBytes = 52;

/// What a codec made, plus our framing.
constexpr std::uint64_t message_bytes(std::uint64_t payload_bytes) { return payload_bytes + kFrameBytes; }

constexpr std::uint64_t segments(std::uint64_t bytes) { return (bytes + kSegmentBytes - 1) / kSegmentBytes; }

/// What crosses the links for a message: every started segment has its headers.
constexpr std::uint64_t wire_bytes(std::uint64_t message) {
  return message + kSegmentHeaderBytes * segments(message);
}

}  // namespace offramp
