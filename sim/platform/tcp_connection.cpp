#include "sim/platform/tcp_connection.hpp"

namespace offramp {
namespace {

/// SYN, SYN-ACK and the ACK in front of the first data; a TLS handshake's certificates are not counted.
constexpr double kHandshakeBytes = 60 + 60 + 52;

}  // namespace

double TcpConnection::begin(const ConnectionSpec& spec, const TcpPath& path, Direction direction,
                            double now_s, bool under_way) {
  End& end = end_of(direction);
  const bool opens = !open_ && spec.handshake_round_trips > 0;
  const double handshake_s = opens ? spec.handshake_round_trips * 2 * path.one_way_latency_s +
                                         kHandshakeBytes / path.bottleneck_bytes_per_s +
                                         kHandshakeBytes * (path.before_s_per_byte + path.behind_s_per_byte)
                                   : 0;
  open_ = true;
  const double idle_s = now_s - end.last_sent_s;
  const bool restarts =
      spec.idle_timeout_s ? idle_s > *spec.idle_timeout_s : idle_s > end.window.own_idle_timeout_s(path);
  if (restarts && !under_way) end.window.restart(path, idle_s);
  return handshake_s;
}

}  // namespace offramp
