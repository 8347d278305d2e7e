#include "sim/platform/tcp_path.hpp"

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

constexpr double kWireSegmentBytes = kSegmentBytes + kSegmentHeaderBytes;

}  // namespace

double TcpPath::segment_s() const { return kWireSegmentBytes / bottleneck_bytes_per_s; }

double TcpPath::full_buffer_segments() const {
  return full_pipe_segments() + buffer_bytes / kWireSegmentBytes;
}

}  // namespace offramp
