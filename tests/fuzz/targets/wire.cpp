// The testbed's protocol: a stream of bytes from a stranger, in pieces of any size, and messages that an
// input makes, changed on their way.
#include <algorithm>

#include "sim/testbed/message.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace offramp::fuzz {
namespace {

using State = DecodedMessage::State;

/// However a stream is cut, the same messages come out of it, and nothing behind what is refused.
void read_stream(Bytes input) {
  const std::size_t piece = input.empty() ? 1 : 1 + input.back() % 61;
  MessageReader reader;
  std::size_t at = 0, whole = 0;
  bool refused = false;
  for (std::size_t begin = 0; begin < input.size() && !refused; begin += piece) {
    reader.add(input.subspan(begin, std::min(piece, input.size() - begin)));
    for (DecodedMessage got = reader.next(); got.state != State::incomplete; got = reader.next()) {
      const DecodedMessage expected = decode_message(input.subspan(at));
      require(got.state == expected.state, "pieces give the messages of the whole");
      refused = got.state == State::refused;
      if (refused) break;
      require(std::ranges::equal(got.message.payload, expected.message.payload),
              "payloads arrive as they were");
      require(got.bytes > 0, "a message has bytes");
      at += got.bytes;
      ++whole;
      decode_answer(got.message.payload);
    }
  }
  require(whole <= input.size(), "no message comes from nothing");
}

/// A message of the input's own bytes, there and back; then with one byte changed.
void send(Bytes input) {
  if (input.size() < 12) return;
  Message message;
  message.type = input[0] % 2 == 0 ? Message::Type::request : Message::Type::answer;
  message.route = static_cast<std::uint16_t>(input[1] << 8 | input[2]);
  for (std::size_t i = 3; i < 11; ++i) message.request = message.request << 8 | input[i];
  message.payload = input.subspan(11);
  std::vector<std::uint8_t> sent = encode_message(message);
  const DecodedMessage came = decode_message(sent);
  require(came.state == State::whole && came.bytes == sent.size() && came.message.route == message.route &&
              came.message.request == message.request && came.message.type == message.type &&
              std::ranges::equal(came.message.payload, message.payload),
          "a message comes as it was sent");
  require(decode_message(Bytes(sent).first(sent.size() - 1)).state == State::incomplete,
          "a message without its last byte is incomplete");
  sent[(input[3] << 8 | input[4]) % sent.size()] ^= static_cast<std::uint8_t>(1 + input[5] % 255);
  require(decode_message(sent).state != State::whole, "a message with a byte changed is none");
}

std::string text_of_message(std::size_t payload_bytes) {
  const std::vector<std::uint8_t> payload(payload_bytes, 7);
  Message message;
  message.route = 1;
  message.request = 42;
  message.payload = payload;
  const std::vector<std::uint8_t> sent = encode_message(message);
  return {sent.begin(), sent.end()};
}

}  // namespace

FuzzTarget fuzz_target() {
  FuzzTarget target;
  target.read = [](Bytes input) {
    read_stream(input);
    send(input);
  };
  target.seeds = {text_of_message(0), text_of_message(3), text_of_message(200),
                  text_of_message(5) + text_of_message(0) + text_of_message(77)};
  target.tokens = {"OFR", std::string("\1\1\0", 3), std::string("\0\0\0\1", 4), "\xff\xff\xff\xff"};
  target.memory = {16, 1u << 16};
  return target;
}

}  // namespace offramp::fuzz
