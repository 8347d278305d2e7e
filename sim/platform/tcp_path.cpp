#include "sim/platform/tcp_path.hpp"

#include <algorithm>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kWireSegmentBytes = kSegmentBytes + kSegmentHeaderBytes;

}  // namespace

double TcpPath::segment_s() const { return kWireSegmentBytes / bottleneck_bytes_per_s; }

double TcpPath::round_s() const {
  return 2 * one_way_latency_s + segment_s() + kWireSegmentBytes * (before_s_per_byte + behind_s_per_byte);
}

double TcpPath::forwarding_s(std::uint64_t wire_bytes) const {
  if (wire_bytes <= kWireSegmentBytes)
    return static_cast<double>(wire_bytes) * (before_s_per_byte + behind_s_per_byte);
  const auto last_bytes = static_cast<double>((wire_bytes - 1) % kWireSegmentBytes + 1);
  // A short last packet waits behind the bottleneck for the full one before it.
  const double follows_s = kWireSegmentBytes * behind_s_per_byte - last_bytes / bottleneck_bytes_per_s;
  return kWireSegmentBytes * before_s_per_byte + last_bytes * behind_s_per_byte + std::max(0.0, follows_s);
}

double TcpPath::full_buffer_segments() const {
  return full_pipe_segments() + buffer_bytes / kWireSegmentBytes;
}

}  // namespace offramp
