#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

#include "sim/platform/message_size.hpp"
#include "sim/platform/tcp_connection.hpp"
#include "tests/catch.hpp"
#include "tests/platform/lone_sender.hpp"

using namespace offramp;

// The time of one message over an otherwise idle path,
//
//     handshake + slow start + wire bytes / B + latency,
//
// against measurements of a real TCP (cubic, segments of 1448 B) on a real path whose rate is limited.
namespace {

constexpr double kMs = 1e-3;
constexpr double kMbps = 1e6 / 8;  // bytes per second
constexpr double kBuffer = 150e3;

enum class Connection { fresh, warm, idle };

struct Measured {
  TcpPath path;
  Connection connection;
  std::uint64_t message_bytes;
  std::optional<double> corrected_ms;  ///< SimGrid's flow model with this correction, measured beside it
  double real_ms;
  double tolerance;  ///< of the real time
};

struct Parts {
  double handshake_s = 0;
  double handshake_bytes_s = 0;  ///< of it
  double slow_start_s = 0;
  double bytes_s = 0;
  double latency_s = 0;
  double total_s() const { return handshake_s + slow_start_s + bytes_s + latency_s; }
};

/// A connection in that state: a warm one has carried two messages of the same size.
double start_delay_s(const Measured& measured) {
  ConnectionSpec spec;
  TcpConnection connection;
  double now_s = 0;
  if (measured.connection != Connection::fresh)
    for (int before = 0; before < 2; ++before) {
      start_delay_s(connection, spec, measured.path, TcpConnection::Direction::up, measured.message_bytes,
                    now_s);
      connection.sent(TcpConnection::Direction::up, now_s += 0.1);
    }
  if (measured.connection == Connection::idle) now_s += 1.2;
  return start_delay_s(connection, spec, measured.path, TcpConnection::Direction::up, measured.message_bytes,
                       now_s);
}

Parts parts_of(const Measured& measured) {
  const TcpPath& path = measured.path;
  Parts parts;
  if (measured.connection == Connection::fresh)
    parts.handshake_s =
        2 * path.one_way_latency_s + (parts.handshake_bytes_s = 172 / path.bottleneck_bytes_per_s);
  parts.slow_start_s = start_delay_s(measured) - parts.handshake_s;
  parts.bytes_s = static_cast<double>(wire_bytes(measured.message_bytes)) / path.bottleneck_bytes_per_s;
  parts.latency_s = path.one_way_latency_s;
  return parts;
}

const char* name_of(Connection connection) {
  switch (connection) {
    case Connection::fresh:
      return "new";
    case Connection::warm:
      return "warm";
    case Connection::idle:
      return "idle";
  }
  return "";
}

void check_against_reality(const std::vector<Measured>& measurements) {
  fmt::print("{:>6} {:>10} {:>5} {:>8} | {:>9} + {:>10} + {:>8} + {:>7} = {:>7} ms | {:>9} {:>7}\n", "Mbit/s",
             "latency ms", "conn", "bytes", "handshake", "slow start", "bytes/B", "latency", "total",
             "corrected", "real");
  for (const Measured& measured : measurements) {
    const Parts parts = parts_of(measured);
    const std::string derivation = fmt::format(
        "{:>6} {:>10} {:>5} {:>8} | {:>9.3f} + {:>10.3f} + {:>8.3f} + {:>7.3f} = {:>7.2f} ms | {:>8} "
        "{:>7.2f}",
        measured.path.bottleneck_bytes_per_s / kMbps, measured.path.one_way_latency_s / kMs,
        name_of(measured.connection), measured.message_bytes, parts.handshake_s / kMs,
        parts.slow_start_s / kMs, parts.bytes_s / kMs, parts.latency_s / kMs, parts.total_s() / kMs,
        measured.corrected_ms ? fmt::format("{:.2f}", *measured.corrected_ms) : "", measured.real_ms);
    fmt::print("{}\n", derivation);
    INFO(derivation);
    // The published correction does not count the bytes of the handshake.
    if (measured.corrected_ms)
      CHECK((parts.total_s() - parts.handshake_bytes_s) / kMs ==
            Approx(*measured.corrected_ms).epsilon(0.01));
    CHECK(parts.total_s() / kMs == Approx(measured.real_ms).epsilon(measured.tolerance));
  }
}

}  // namespace

TEST_CASE("a transfer at 20 Mbit and 10 ms takes as long as a real one") {
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  check_against_reality({
      {path, Connection::fresh, 2'000, 30.83, 31.21, 0.03},
      {path, Connection::fresh, 20'000, 52.89, 53.46, 0.03},
      {path, Connection::fresh, 200'000, 136.07, 136.9, 0.03},
      {path, Connection::fresh, 2'000'000, 881.93, 882.9, 0.03},
      {path, Connection::warm, 2'000, 10.83, 10.90, 0.03},
      {path, Connection::warm, 20'000, 18.29, 18.37, 0.03},
      {path, Connection::warm, 200'000, 92.87, 93.10, 0.03},
      {path, Connection::warm, 2'000'000, 838.73, 839.0, 0.03},
      {path, Connection::idle, 2'000, {}, 10.97, 0.03},
      {path, Connection::idle, 20'000, {}, 33.76, 0.03},
      {path, Connection::idle, 200'000, {}, 117.95, 0.03},
  });
}

TEST_CASE("a transfer at 100 Mbit and 25 ms takes as long as a real one") {
  const TcpPath path{100 * kMbps, 25 * kMs, kBuffer};
  check_against_reality({
      {path, Connection::fresh, 2'000, 75.2, 77.4, 0.03},
      {path, Connection::fresh, 20'000, 125.6, 126.2, 0.03},
      {path, Connection::fresh, 200'000, 233.5, 234.6, 0.03},
      {path, Connection::fresh, 2'000'000, 465.9, 468.3, 0.03},
      // Its window is not the one that filled the path: the first transfer lost at pipe and buffer, and 0.7
      // of 417.7 + 100 segments is less than the pipe holds. A flow model that calls it warm says 191.
      {path, Connection::warm, 2'000'000, {}, 208, 0.03},
  });
}

TEST_CASE("a transfer at 5 Mbit and 5 ms takes as long as a real one") {
  // The real path takes about 1 ms more, whatever the size: 5 % of the smallest message's time.
  const TcpPath path{5 * kMbps, 5 * kMs, kBuffer};
  check_against_reality({
      {path, Connection::fresh, 2'000, 18.3, 19.3, 0.06},
      {path, Connection::fresh, 20'000, 48.1, 49.3, 0.03},
      {path, Connection::fresh, 200'000, 346.5, 347.2, 0.03},
      {path, Connection::fresh, 2'000'000, 3329.9, 3330.8, 0.03},
  });
}

TEST_CASE("slow start costs what its stalls add up to") {
  // 20 Mbit/s, 10 ms: s = 0.6 ms, rtt + s = 20.6 ms. A window of 10 lasts 6 ms (14.6 lost), of 20 12 ms (8.6
  // lost), of 40 24 ms (none lost). 10 segments need no second window; 30 need one stall, 31 two; never more.
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  const auto stall_ms = [&](std::uint64_t segments) {
    TcpWindow window;
    return stall_s(window, path, segments) / kMs;
  };
  CHECK(stall_ms(1) == 0);
  CHECK(stall_ms(10) == 0);
  CHECK(stall_ms(11) == Approx(14.6).epsilon(1e-9));
  CHECK(stall_ms(30) == Approx(14.6).epsilon(1e-9));
  CHECK(stall_ms(31) == Approx(23.2).epsilon(1e-9));
  CHECK(stall_ms(1'000'000) == Approx(23.2).epsilon(1e-9));
}

TEST_CASE("a path without latency has no slow start") {
  // rtt + s = s: the first window covers it.
  TcpWindow window;
  CHECK(stall_s(window, {20 * kMbps, 0, kBuffer}, 1'000'000) == 0);
}

TEST_CASE("a window grows only by what it is used for") {
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  TcpWindow small;
  for (int i = 0; i < 100; ++i) stall_s(small, path, 2);  // 2 of 10 segments: less than half
  CHECK(small.segments() == 10);
  TcpWindow doubled;
  stall_s(doubled, path, 10);
  CHECK(doubled.segments() == 20);
  TcpWindow limited;
  stall_s(limited, path, 14);  // it was the limit, so that all 14 acknowledgements count
  CHECK(limited.segments() == 24);
}

TEST_CASE("slow start ends when its acknowledgements take half a round trip") {
  // 10 -> 20 -> 37.5: at s = 0.6 ms the train of 20 takes 12 ms, and half of the round trip and 1 ms, 10.5
  // ms, is over after 17.5 segments (a real one had 39). 10 segments never end it: HyStart looks from 16 on.
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  TcpWindow window;
  full_round(window, path, 10);
  CHECK(window.segments() == 20);
  full_round(window, path, 20);
  CHECK(window.segments() == Approx(20 + 10.5 / 0.6).epsilon(1e-9));
}

TEST_CASE("slow start ends when two trains have waited longer for others than the least ever seen") {
  // 100 Mbit/s and 25 ms: 6.25 ms, an eighth of the round trip, are too much. Samples begin with a window of
  // 16, after 6 acknowledgements, and their first round goes on to 6 + 16 = 22: the first of it are of the
  // train that did not wait. The second begins with the last 8 segments of the train of 20 (4
  // acknowledgements) and has its eighth sample with the 8th segment of the train of 40: a window of 48.
  const TcpPath path{100 * kMbps, 25 * kMs, 1e9};
  const auto window_after = [&](double first_s, double second_s, double third_s) {
    TcpWindow window;
    full_round(window, path, 10, 0, first_s);
    CHECK(window.segments() == 20);
    full_round(window, path, 20, 0, second_s);
    CHECK(window.segments() == 40);
    full_round(window, path, 40, 0, third_s);
    return window.segments();
  };
  CHECK(window_after(0, 0.007, 0.007) == 48);
  CHECK(window_after(0, 0.006, 0.007) == 80);  // the least of the round's samples counts
  CHECK(window_after(0, 0.007, 0) == 80);
  CHECK(window_after(0.007, 0.007, 0.007) == 80);  // always as long: that is the path
  CHECK(window_after(0.007, 0.014, 0.014) == 48);
}

TEST_CASE("a message that fits is a round of samples of its own, when it has eight acknowledgements") {
  const TcpPath path{100 * kMbps, 25 * kMs, 1e9};
  TcpWindow grown;
  whole_message(grown, path, 10);
  whole_message(grown, path, 20);
  REQUIRE(grown.segments() == 40);
  TcpWindow short_message = grown;
  whole_message(short_message, path, 14, 0, 0.010);  // 7 acknowledgements of two segments
  whole_message(short_message, path, 40);
  CHECK(short_message.segments() == 80);
  whole_message(grown, path, 40, 0, 0.010);  // 16 segments bring eight
  CHECK(grown.segments() == 56);
  whole_message(grown, path, 56);  // slow start is over: a twentieth more
  CHECK(grown.segments() == Approx(58.8).epsilon(1e-9));
}

TEST_CASE("a window grows up to twice what was under way, whatever messages that were") {
  // Three messages of 23 segments within a round trip: 23, 46, 69 are under way. The first acknowledgement
  // brings 23 more to the 100, the second what lacks to 138. What goes alone afterwards brings nothing.
  const TcpPath path{100 * kMbps, 50 * kMs, 1e9};
  TcpWindow window;
  for (double segments : {10.0, 20.0, 40.0, 20.0}) whole_message(window, path, segments);
  REQUIRE(window.segments() == 80);
  window.sent(1, 50, 50, false);
  window.acknowledged_whole(path, 1.1, 50);
  REQUIRE(window.segments() == 100);
  for (int i = 1; i <= 3; ++i) window.sent(2 + 0.01 * i, 23, 23 * i, false);
  window.acknowledged_whole(path, 2.11, 23);
  CHECK(window.segments() == 123);
  window.acknowledged_whole(path, 2.12, 23);
  window.acknowledged_whole(path, 2.13, 23);
  CHECK(window.segments() == 138);
  whole_message(window, path, 23, 3);
  CHECK(window.segments() == 138);
}

TEST_CASE("a window that is no limit does not grow after a loss") {
  const TcpPath path{100 * kMbps, 50 * kMs, 1e9};
  TcpWindow window;
  window.lose(100);
  for (int i = 0; i < 100; ++i) whole_message(window, path, 23, 0.2 * i);
  CHECK(window.segments() == Approx(70).epsilon(1e-9));
  whole_message(window, path, 70, 20);
  CHECK(window.segments() > 70);
}

TEST_CASE("cubic's time runs while something is under way, and stands still otherwise") {
  // 70 of 100 are left: K = cbrt(30 / 0.4) = 4.217 s. The curve begins with the first acknowledgement. For 4
  // s a segment goes each 50 ms, before the last is acknowledged; or nothing is under way. Then a full window
  // brings it to where the curve is a round trip later: 100 - 0.4 (4.217 - 4.2)^3, or 0.4 (4.217 - 0.2)^3
  // below 100. (A tenth of a second is from the full window to its acknowledgement.)
  const TcpPath path{100 * kMbps, 50 * kMs, 1e9};
  const auto grown = [&](bool under_way) {
    TcpWindow window;
    window.lose(100);
    window.sent(0, 70, 70, true);
    window.acknowledged(path, 0, 1e-9);
    for (double at_s = 0.05; at_s < 4.01; at_s += 0.05)
      if (under_way) window.sent(at_s, 1, 3, false);
    window.sent(4, 70, under_way ? 71 : 70, true);
    window.acknowledged(path, 4.1, 70);
    return window.segments();
  };
  const double k_s = std::cbrt(30 / 0.4);
  CHECK(grown(true) == Approx(100 - 0.4 * std::pow(k_s - 4.2, 3)).epsilon(0.001));
  CHECK(grown(false) == Approx(100 - 0.4 * std::pow(k_s - 0.2, 3)).epsilon(0.001));
}

TEST_CASE("a loss costs three tenths of the window which come back after K") {
  // A loss at 134 segments leaves 93.8. Cubic is back at W_max after K = cbrt(0.3 * 134 / 0.4) = 4.650 s; the
  // friendly region adds 9/17 a round of 80 ms, 6.6 a second, less than that until 0.4 t^3 lies flat.
  const TcpPath path{20 * kMbps, 10 * kMs, 1e9};
  TcpWindow window;
  window.lose(134);
  CHECK(window.segments() == Approx(0.7 * 134).epsilon(1e-9));
  double grown_for_s = 0;
  for (; window.segments() < 133.9; grown_for_s += 0.080) {
    window.sent(grown_for_s, window.segments(), 2 * window.segments(), true);
    window.acknowledged(path, grown_for_s + 0.080, window.segments());
  }
  CHECK(grown_for_s == Approx(4.650).margin(0.7));
}

TEST_CASE("a second loss before the window has regrown lowers what it aims at") {
  // Fast convergence (RFC 8312, 4.6): W_max = 0.85 of the window at the loss.
  TcpWindow window;
  window.lose(100);
  window.lose(80);
  CHECK(window.segments() == Approx(56).epsilon(1e-9));
}

TEST_CASE("every timeout in a row doubles the next one and the window begins at one") {
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  TcpWindow window;
  const double first_s = window.timeout_s(path);
  CHECK(first_s == Approx(0.2 + 0.0206).epsilon(1e-9));
  window.time_out();
  CHECK(window.segments() == 1);
  CHECK(window.timeout_s(path) == Approx(2 * first_s).epsilon(1e-9));
  full_round(window, path, 1);
  CHECK(window.timeout_s(path) == Approx(first_s).epsilon(1e-9));
}

TEST_CASE("after idling a window has half of it left for each timeout that went by") {
  // The last burst had 80 segments: the last of them waited 79 * 0.6 = 47.4 ms, the smoothed round trip lags
  // 14 segments behind: a timeout is 20.6 + 47.4 - 8.4 + 200 = 259.6 ms. Four go by in 1.2 s + 47.4 ms: 160
  // -> 10; two in 0.5 s: 160 -> 40.
  const TcpPath path{20 * kMbps, 10 * kMs, kBuffer};
  TcpWindow window;
  for (int i = 0; i < 4; ++i) whole_message(window, path, window.segments());
  TcpWindow idle_for_short = window;
  window.restart(path, 1.2);
  CHECK(window.segments() == 10);
  CHECK(stall_s(window, path, 31) == Approx(23.2 * kMs).epsilon(1e-9));
  const double before = idle_for_short.segments();
  idle_for_short.restart(path, 0.5);
  CHECK(idle_for_short.segments() == before / 4);
}

TEST_CASE("a long round trip's first timeouts are long, and so is the window that an idle time leaves") {
  // 50 Mbit/s and 100 ms: s = 0.24 ms. 50 kB are 35 segments. A new connection doubles: 10, 20, 40 in 3.125
  // rounds, and the warm message fits: one more. RTO = 200.24 + 200 + (2 * 200.24 - 200) * 0.75^3.625 = 470.9
  // ms goes two times, not three, into 1.2 s and the two latencies until the answer: a quarter of the window
  // is left. Measured on a real path: 71 segments after the warm message, 305 ms after the idle time: one
  // stall, which 17 segments have.
  const TcpPath path{50 * kMbps, 100 * kMs, kBuffer};
  TcpWindow window;
  stall_s(window, path, 35);
  stall_s(window, path, 35);
  const double before = window.segments();
  window.restart(path, 1.4);
  CHECK(window.segments() == Approx(before / 4).epsilon(1e-9));
}
