#include "sim/platform/tcp_connection.hpp"

#include "tests/catch.hpp"
#include "tests/platform/lone_sender.hpp"

using namespace offramp;

// 20 Mbit/s and 10 ms: a round trip of 20 ms, and 14.6 ms of slow start for 20 kB in 14 segments (see
// tcp_window_test.cpp).
namespace {

using Direction = TcpConnection::Direction;

constexpr TcpPath kPath{2.5e6, 0.010, 150e3};
constexpr std::uint64_t kBytes = 20'000;
constexpr double kRoundTripS = 0.020;
constexpr double kHandshakeS = kRoundTripS + 172 / 2.5e6;  // SYN 60 B, SYN-ACK 60 B, ACK 52 B
constexpr double kSlowStartS = 0.0146;

ConnectionSpec spec() {
  ConnectionSpec connection;
  connection.idle_timeout_s = 1;
  connection.handshake_round_trips = 1;
  return connection;
}

double delay_s(TcpConnection& connection, Direction direction, double now_s) {
  return start_delay_s(connection, spec(), kPath, direction, kBytes, now_s);
}

/// One that was opened at 0 and sent its last byte up at 5 s.
TcpConnection used() {
  TcpConnection connection;
  start_delay_s(connection, spec(), kPath, Direction::up, kBytes, 0);
  connection.sent(Direction::up, 5);
  return connection;
}

}  // namespace

TEST_CASE("a new connection pays handshake and slow start") {
  TcpConnection connection;
  CHECK(delay_s(connection, Direction::up, 0) == Approx(kHandshakeS + kSlowStartS).epsilon(1e-9));
}

TEST_CASE("every round trip of the handshake counts") {
  // TLS 1.3 takes two, one of them TCP's; TCP Fast Open none.
  for (const double round_trips : {0.0, 2.0, 3.0}) {
    ConnectionSpec connection = spec();
    connection.handshake_round_trips = round_trips;
    TcpConnection fresh;
    CHECK(
        start_delay_s(fresh, connection, kPath, Direction::up, kBytes, 0) ==
        Approx((round_trips > 0 ? round_trips * kRoundTripS + 172 / 2.5e6 : 0) + kSlowStartS).epsilon(1e-9));
  }
}

TEST_CASE("a warm connection pays nothing") {
  TcpConnection connection = used();
  CHECK(delay_s(connection, Direction::up, 5) == 0);
  CHECK(delay_s(connection, Direction::up, 5.5) == 0);
}

TEST_CASE("a connection is warm up to the idle timeout itself") {
  TcpConnection connection = used();
  CHECK(delay_s(connection, Direction::up, 6) == 0);
}

TEST_CASE("a connection idle for longer pays slow start without a handshake") {
  TcpConnection connection = used();
  CHECK(delay_s(connection, Direction::up, 6.000001) == Approx(kSlowStartS).epsilon(1e-9));
  TcpConnection idle_for_a_day = used();
  CHECK(delay_s(idle_for_a_day, Direction::up, 86400) == Approx(kSlowStartS).epsilon(1e-9));
}

TEST_CASE("without a timeout of its own a connection is idle after the retransmission timeout") {
  // A round trip of 20 ms and 200 ms of Linux's floor, less what the last segment of the last burst waited.
  // The 14 acknowledged segments have brought the window to 24, of which half is left, and a quarter is less
  // than the initial window: after one timeout the second round trip idles for two segments less.
  constexpr double kSegmentS = 0.0006;
  ConnectionSpec connection = spec();
  connection.idle_timeout_s.reset();
  const auto delay_after_s = [&](double idle_s) {
    TcpConnection sender = used();
    return start_delay_s(sender, connection, kPath, Direction::up, kBytes, 5 + idle_s);
  };
  CHECK(delay_after_s(0.19) == 0);
  CHECK(delay_after_s(0.25) == Approx(kSlowStartS - 2 * kSegmentS).epsilon(1e-9));
  CHECK(delay_after_s(0.45) == Approx(kSlowStartS).epsilon(1e-9));
}

TEST_CASE("what was sent last counts and not what was sent first") {
  TcpConnection connection = used();
  connection.sent(Direction::up, 5.9);
  CHECK(delay_s(connection, Direction::up, 6.5) == 0);
}

TEST_CASE("each direction grows a window of its own") {
  // Sending up warms nothing down: the first answer pays slow start, but no handshake.
  TcpConnection connection = used();
  CHECK(delay_s(connection, Direction::down, 5.1) == Approx(kSlowStartS).epsilon(1e-9));
  connection.sent(Direction::down, 5.2);
  CHECK(delay_s(connection, Direction::down, 6.2) == 0);
  // The answer does not keep the way up warm either: 6.2 s is 1.2 s after its last byte.
  CHECK(delay_s(connection, Direction::up, 6.2) == Approx(kSlowStartS).epsilon(1e-9));
}

TEST_CASE("the other end finds the connection open") {
  TcpConnection connection;
  connection.open();
  CHECK(delay_s(connection, Direction::down, 0) == Approx(kSlowStartS).epsilon(1e-9));
}

TEST_CASE("a message that fits in the first window never stalls") {
  TcpConnection connection = used();
  CHECK(start_delay_s(connection, spec(), kPath, Direction::up, 10 * 1448, 100) == 0);
}
