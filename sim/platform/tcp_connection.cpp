#include "sim/platform/tcp_connection.hpp"

#include "sim/platform/message_size.hpp"

namespace offramp {

double TcpConnection::start_delay_s(const ConnectionSpec& spec, const TcpPath& path, Direction direction,
                                    std::uint64_t message_bytes, double now_s) {
  End& end = end_of(direction);
  const double handshake_s = open_ ? 0 : spec.handshake_round_trips * 2 * path.one_way_latency_s;
  open_ = true;
  if (now_s - end.last_sent_s > spec.idle_timeout_s) end.window.restart();
  return handshake_s + end.window.send(path, segments(message_bytes));
}

}  // namespace offramp
