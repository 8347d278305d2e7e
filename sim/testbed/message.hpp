#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/platform/message_size.hpp"

namespace offramp {

/// What the processes of a testbed send each other over TCP, one message behind another, all numbers with
/// their lowest byte first:
///
///     "OFR"  version 1 | type 1, flags 1, route 2 | request 8 | payload length 4 | CRC-32 4 | payload
///
/// which is the framing of kFrameBytes that the simulator counts. The checksum (of IEEE 802.3) is of all
/// bytes before it and of the payload. A receiver that finds anything else closes the connection.
struct Message {
  enum class Type : std::uint8_t { request = 1, answer = 2 };
  Type type = Type::request;
  std::uint16_t route = 0;  ///< which network, cut and codec the payload belongs to
  std::uint64_t request = 0;
  std::span<const std::uint8_t> payload;
};

inline constexpr std::uint8_t kWireVersion = 1;
/// No feature or image comes near; whoever announces more is refused before any of it is kept.
inline constexpr std::size_t kLargestPayloadBytes = 16U << 20;

/// @throws std::length_error for a payload that no receiver would take
std::vector<std::uint8_t> encode_message(const Message& message);

/// What the beginning of some bytes is. A pure function: nothing is kept, nothing is read beyond them.
struct DecodedMessage {
  enum class State {
    incomplete,  ///< the beginning of a message; more is needed
    whole,       ///< `message` takes the first `bytes` of them, and points into them
    refused      ///< no message of ours begins like this
  };
  State state = State::incomplete;
  Message message;
  std::size_t bytes = 0;
  std::string_view why;  ///< refused: what is wrong
};
DecodedMessage decode_message(std::span<const std::uint8_t> bytes);

/// Cuts a stream of bytes into messages. Holds at most one message and what came with it.
class MessageReader {
 public:
  /// Bytes that have come, of any number.
  void add(std::span<const std::uint8_t> bytes);
  /// The next message, whose payload is valid until the next call of either; incomplete: none yet. What was
  /// refused stays refused.
  DecodedMessage next();

 private:
  std::vector<std::uint8_t> held_;
  std::size_t taken_ = 0;
};

/// The payload of an answer.
struct Answer {
  std::uint8_t exit = 0;
  std::uint16_t named_class = 0;

  static constexpr std::size_t kBytes = 3;
};
/// Padded to the size that the scenario gives answers.
/// @throws std::length_error when that is below Answer::kBytes
std::vector<std::uint8_t> encode_answer(const Answer& answer, std::size_t payload_bytes);
/// @return nothing when it is too short
std::optional<Answer> decode_answer(std::span<const std::uint8_t> payload);

}  // namespace offramp
