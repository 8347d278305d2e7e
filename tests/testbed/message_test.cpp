#include "sim/testbed/message.hpp"

#include <algorithm>
#include <string>

#include "tests/catch.hpp"

using namespace offramp;

namespace {

using State = DecodedMessage::State;
using Bytes = std::vector<std::uint8_t>;

const Bytes kPayload{7, 0, 255, 3, 9};

Bytes sample() { return encode_message({Message::Type::request, 513, 0x0102030405060708, kPayload}); }

}  // namespace

TEST_CASE("a message comes back as it was, with the framing that the simulator counts") {
  const Bytes bytes = sample();
  CHECK(bytes.size() == message_bytes(kPayload.size()));
  const DecodedMessage decoded = decode_message(bytes);
  REQUIRE(decoded.state == State::whole);
  CHECK(decoded.bytes == bytes.size());
  CHECK(decoded.message.type == Message::Type::request);
  CHECK(decoded.message.route == 513);
  CHECK(decoded.message.request == 0x0102030405060708);
  CHECK(Bytes(decoded.message.payload.begin(), decoded.message.payload.end()) == kPayload);
}

TEST_CASE("the bytes of a message are these") {
  // CRC-32 of IEEE 802.3 over the first 20 bytes and the payload, by Python's binascii.crc32.
  const Bytes expected{'O', 'F', 'R', 1, 2, 0, 3, 0,    5,    0,    0,    0, 0,
                       0,   0,   0,   1, 0, 0, 0, 0x6E, 0xF4, 0x32, 0xB3, 42};
  const Bytes payload{42};
  CHECK(encode_message({Message::Type::answer, 3, 5, payload}) == expected);
}

TEST_CASE("a message without payload is whole") {
  const Bytes bytes = encode_message({Message::Type::answer, 0, 1, {}});
  CHECK(bytes.size() == kFrameBytes);
  CHECK(decode_message(bytes).state == State::whole);
}

TEST_CASE("every beginning of a message is incomplete, never refused and never whole") {
  const Bytes bytes = sample();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO("length " << length);
    CHECK(decode_message(std::span(bytes).first(length)).state == State::incomplete);
  }
}

TEST_CASE("no message with one changed bit is taken for whole") {
  // Magic, version, type and flags are checked; a longer length leaves it incomplete, a shorter one has
  // another checksum; all else is under the checksum, which finds every single bit.
  const Bytes bytes = sample();
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
    INFO("bit " << bit);
    CHECK(decode_message(changed).state != State::whole);
  }
}

TEST_CASE("a refusal says what is wrong") {
  const auto why = [](std::size_t at, std::uint8_t value) {
    Bytes bytes = sample();
    bytes[at] = value;
    const DecodedMessage decoded = decode_message(bytes);
    CHECK(decoded.state == State::refused);
    return std::string(decoded.why);
  };
  CHECK(why(0, 'X') == "no message of a testbed");
  CHECK(why(3, 2) == "another version of the protocol");
  CHECK(why(4, 3) == "an unknown type of message");
  CHECK(why(5, 1) == "unknown flags");
  CHECK(why(19, 2) == "a payload larger than any is");
  CHECK(why(24, 8) == "a wrong checksum");
}

TEST_CASE("what is no message is refused at its first byte") {
  const std::string text = "GET / HTTP/1.1\r\n";
  CHECK(decode_message({reinterpret_cast<const std::uint8_t*>(text.data()), 1}).state == State::refused);
}

TEST_CASE("a payload above the limit is refused from its header alone, and never sent") {
  Bytes header = sample();
  header.resize(kFrameBytes);
  for (std::size_t i = 0; i < 4; ++i) header[16 + i] = 0xFF;
  CHECK(decode_message(header).state == State::refused);
  const Bytes large(kLargestPayloadBytes + 1);
  CHECK_THROWS_AS(encode_message({Message::Type::request, 0, 0, large}), std::length_error);
}

TEST_CASE("a stream is cut into its messages, wherever the pieces end") {
  const Bytes one = sample();
  const Bytes two = encode_message({Message::Type::request, 1, 2, {}});
  Bytes stream = one;
  stream.insert(stream.end(), two.begin(), two.end());
  stream.insert(stream.end(), one.begin(), one.end());
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    MessageReader reader;
    std::vector<std::uint64_t> requests;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.add(std::span(stream).subspan(at, std::min(piece, stream.size() - at)));
      for (DecodedMessage next = reader.next(); next.state == State::whole; next = reader.next())
        requests.push_back(next.message.request);
    }
    INFO("pieces of " << piece);
    CHECK(requests == std::vector<std::uint64_t>{0x0102030405060708, 2, 0x0102030405060708});
  }
}

TEST_CASE("what follows a refused message is not read") {
  MessageReader reader;
  Bytes broken = sample();
  broken[2] = 'X';
  reader.add(broken);
  CHECK(reader.next().state == State::refused);
  reader.add(sample());
  CHECK(reader.next().state == State::refused);
}

TEST_CASE("an answer keeps exit and class and has the size that was asked for") {
  const Bytes payload = encode_answer({2, 999}, 200);
  CHECK(payload.size() == 200);
  const auto answer = decode_answer(payload);
  REQUIRE(answer);
  CHECK(answer->exit == 2);
  CHECK(answer->named_class == 999);
  CHECK_FALSE(decode_answer(std::span(payload).first(2)));
  CHECK_THROWS_AS(encode_answer({0, 0}, 2), std::length_error);
}
