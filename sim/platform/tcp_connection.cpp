#include "sim/platform/tcp_connection.hpp"

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr double kInitialWindowSegments = 10;

}  // namespace

double slow_start_delay_s(const TcpPath& path, std::uint64_t message_bytes) {
  const double segment_s =
      static_cast<double>(kSegmentBytes + kSegmentHeaderBytes) / path.bottleneck_bytes_per_s;
  const double round_s = 2 * path.one_way_latency_s + segment_s;
  const auto to_send = static_cast<double>(segments(message_bytes));
  double delay_s = 0;
  double sent = 0;
  for (double window = kInitialWindowSegments; sent + window < to_send && window * segment_s < round_s;
       window *= 2) {
    delay_s += round_s - window * segment_s;
    sent += window;
  }
  return delay_s;
}

double TcpConnection::start_delay_s(const ConnectionSpec& spec, const TcpPath& path, Direction direction,
                                    std::uint64_t message_bytes, double now_s) {
  const double idle_s = now_s - last_sent_s_[static_cast<int>(direction)];
  const double handshake_s = open_ ? 0 : spec.handshake_round_trips * 2 * path.one_way_latency_s;
  open_ = true;
  if (idle_s <= spec.idle_timeout_s) return handshake_s;
  return handshake_s + slow_start_delay_s(path, message_bytes);
}

}  // namespace offramp
