#include "sim/platform/message_size.hpp"

#include "tests/catch.hpp"

using namespace offramp;

// A payload p is framed by 24 B and cut into segments of at most 1448 B with 52 B of headers each.

TEST_CASE("an empty payload is a frame in one segment") {
  CHECK(message_bytes(0) == 24);
  CHECK(wire_bytes(message_bytes(0)) == 24 + 52);
}

TEST_CASE("one byte more than a full segment starts another") {
  // 1424 + 24 = 1448 fills a segment: 1500 B on the wire. 1425 + 24 = 1449: 1449 + 2*52 = 1553 B.
  CHECK(wire_bytes(message_bytes(1)) == 25 + 52);
  CHECK(wire_bytes(message_bytes(1423)) == 1499);
  CHECK(wire_bytes(message_bytes(1424)) == 1500);
  CHECK(wire_bytes(message_bytes(1425)) == 1553);
}

TEST_CASE("every full segment is 1500 bytes on the wire") {
  // 1000 * 1448 - 24 of payload: 1000 segments. One byte more: 53 more on the wire.
  CHECK(segments(1'448'000) == 1000);
  CHECK(wire_bytes(message_bytes(1'448'000 - 24)) == 1'500'000);
  CHECK(wire_bytes(message_bytes(1'448'000 - 23)) == 1'500'053);
}

TEST_CASE("nothing to send is no segment") {
  CHECK(segments(0) == 0);
  CHECK(wire_bytes(0) == 0);
}

TEST_CASE("sizes beyond 32 bits do not wrap") {
  // 1448 * 10^7 B in 10^7 segments: 1.5 * 10^10 B.
  CHECK(wire_bytes(14'480'000'000ULL) == 15'000'000'000ULL);
}
