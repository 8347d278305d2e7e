#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

#include "sim/platform/message_size.hpp"
#include "sim/platform/tcp_connection.hpp"
#include "tests/catch.hpp"

using namespace offramp;

// The time of one message over an otherwise idle path,
//
//     handshake + slow start + wire bytes / B + latency,
//
// against measurements of a real TCP (cubic, segments of 1448 B) on a real path whose rate is limited.
namespace {

constexpr double kMs = 1e-3;
constexpr double kMbps = 1e6 / 8;  // bytes per second

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
  double slow_start_s = 0;
  double bytes_s = 0;
  double latency_s = 0;
  double total_s() const { return handshake_s + slow_start_s + bytes_s + latency_s; }
};

Parts parts_of(const Measured& measured) {
  const TcpPath& path = measured.path;
  Parts parts;
  if (measured.connection == Connection::fresh) parts.handshake_s = 2 * path.one_way_latency_s;
  if (measured.connection != Connection::warm)
    parts.slow_start_s = slow_start_delay_s(path, measured.message_bytes);
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
    if (measured.corrected_ms) CHECK(parts.total_s() / kMs == Approx(*measured.corrected_ms).epsilon(0.01));
    CHECK(parts.total_s() / kMs == Approx(measured.real_ms).epsilon(measured.tolerance));
  }
}

}  // namespace

TEST_CASE("a transfer at 20 Mbit and 10 ms takes as long as a real one") {
  const TcpPath path{20 * kMbps, 10 * kMs};
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
  const TcpPath path{100 * kMbps, 25 * kMs};
  check_against_reality({
      {path, Connection::fresh, 2'000, 75.2, 77.4, 0.03},
      {path, Connection::fresh, 20'000, 125.6, 126.2, 0.03},
      {path, Connection::fresh, 200'000, 233.5, 234.6, 0.03},
      {path, Connection::fresh, 2'000'000, 465.9, 468.3, 0.03},
  });
}

TEST_CASE("a transfer at 5 Mbit and 5 ms takes as long as a real one") {
  // The real path takes about 1 ms more, whatever the size: 5 % of the smallest message's time.
  const TcpPath path{5 * kMbps, 5 * kMs};
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
  const TcpPath path{20 * kMbps, 10 * kMs};
  CHECK(slow_start_delay_s(path, 1) == 0);
  CHECK(slow_start_delay_s(path, 10 * 1448) == 0);
  CHECK(slow_start_delay_s(path, 10 * 1448 + 1) == Approx(14.6 * kMs).epsilon(1e-9));
  CHECK(slow_start_delay_s(path, 30 * 1448) == Approx(14.6 * kMs).epsilon(1e-9));
  CHECK(slow_start_delay_s(path, 30 * 1448 + 1) == Approx(23.2 * kMs).epsilon(1e-9));
  CHECK(slow_start_delay_s(path, 1'000'000'000) == Approx(23.2 * kMs).epsilon(1e-9));
}

TEST_CASE("a path without latency has no slow start") {
  // rtt + s = s: the first window covers it.
  CHECK(slow_start_delay_s({20 * kMbps, 0}, 1'000'000'000) == 0);
}
