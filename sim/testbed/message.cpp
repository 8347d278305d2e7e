#include "sim/testbed/message.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <stdexcept>

namespace offramp {
namespace {

constexpr std::array<std::uint8_t, 4> kBeginning{'O', 'F', 'R', kWireVersion};
constexpr std::size_t kTypeAt = 4, kFlagsAt = 5, kRouteAt = 6, kRequestAt = 8, kLengthAt = 16,
                      kChecksumAt = 20;
static_assert(kChecksumAt + 4 == kFrameBytes);

template <class Number>
void put(std::span<std::uint8_t> to, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) to[i] = static_cast<std::uint8_t>(number >> 8 * i);
}

template <class Number>
Number take(std::span<const std::uint8_t> from) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i)
    number = static_cast<Number>(number | static_cast<Number>(from[i]) << 8 * i);
  return number;
}

std::uint32_t checksum(std::span<const std::uint8_t> header, std::span<const std::uint8_t> payload) {
  boost::crc_32_type crc;
  crc.process_bytes(header.data(), kChecksumAt);
  crc.process_bytes(payload.data(), payload.size());
  return crc.checksum();
}

DecodedMessage refused(std::string_view why) { return {DecodedMessage::State::refused, {}, 0, why}; }

}  // namespace

std::vector<std::uint8_t> encode_message(const Message& message) {
  if (message.payload.size() > kLargestPayloadBytes)
    throw std::length_error("a payload larger than any receiver takes");
  std::vector<std::uint8_t> bytes(kFrameBytes + message.payload.size());
  const std::span<std::uint8_t> all(bytes);
  std::ranges::copy(kBeginning, bytes.begin());
  bytes[kTypeAt] = static_cast<std::uint8_t>(message.type);
  put(all.subspan(kRouteAt), message.route);
  put(all.subspan(kRequestAt), message.request);
  put(all.subspan(kLengthAt), static_cast<std::uint32_t>(message.payload.size()));
  put(all.subspan(kChecksumAt), checksum(all, message.payload));
  std::ranges::copy(message.payload, bytes.begin() + kFrameBytes);
  return bytes;
}

DecodedMessage decode_message(std::span<const std::uint8_t> bytes) {
  const std::size_t known = std::min(bytes.size(), kBeginning.size());
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known), kBeginning.begin()))
    return refused(known == kBeginning.size() &&
                           std::equal(bytes.begin(), bytes.begin() + 3, kBeginning.begin())
                       ? "another version of the protocol"
                       : "no message of a testbed");
  if (bytes.size() < kFrameBytes) return {};
  const std::uint8_t type = bytes[kTypeAt];
  if (type != static_cast<std::uint8_t>(Message::Type::request) &&
      type != static_cast<std::uint8_t>(Message::Type::answer))
    return refused("an unknown type of message");
  if (bytes[kFlagsAt] != 0) return refused("unknown flags");
  const std::size_t payload_bytes = take<std::uint32_t>(bytes.subspan(kLengthAt));
  if (payload_bytes > kLargestPayloadBytes) return refused("a payload larger than any is");
  if (bytes.size() - kFrameBytes < payload_bytes) return {};
  const std::span<const std::uint8_t> payload = bytes.subspan(kFrameBytes, payload_bytes);
  if (take<std::uint32_t>(bytes.subspan(kChecksumAt)) != checksum(bytes, payload))
    return refused("a wrong checksum");
  DecodedMessage decoded;
  decoded.state = DecodedMessage::State::whole;
  decoded.message = {static_cast<Message::Type>(type), take<std::uint16_t>(bytes.subspan(kRouteAt)),
                     take<std::uint64_t>(bytes.subspan(kRequestAt)), payload};
  decoded.bytes = kFrameBytes + payload_bytes;
  return decoded;
}

void MessageReader::add(std::span<const std::uint8_t> bytes) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

DecodedMessage MessageReader::next() {
  DecodedMessage decoded = decode_message(std::span<const std::uint8_t>(held_).subspan(taken_));
  taken_ += decoded.bytes;
  return decoded;
}

std::vector<std::uint8_t> encode_answer(const Answer& answer, std::size_t payload_bytes) {
  if (payload_bytes < Answer::kBytes) throw std::length_error("an answer smaller than what it says");
  std::vector<std::uint8_t> payload(payload_bytes);
  payload[0] = answer.exit;
  put(std::span(payload).subspan(1), answer.named_class);
  return payload;
}

std::optional<Answer> decode_answer(std::span<const std::uint8_t> payload) {
  if (payload.size() < Answer::kBytes) return std::nullopt;
  return Answer{payload[0], take<std::uint16_t>(payload.subspan(1))};
}

}  // namespace offramp
