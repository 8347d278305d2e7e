#include "sim/simulation/train_shape.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {

std::uint32_t longest_train_bytes(const TcpPath& path) {
  return std::max(10U, static_cast<std::uint32_t>(path.buffer_bytes / 8 / kWireSegmentBytes)) *
         kWireSegmentBytes;
}

std::uint32_t piece_bytes(const TcpPath& path, std::uint32_t train_bytes) {
  constexpr double kPieces = 8;
  const double pieces = std::ceil(kPieces * path.bottleneck_bytes_per_s / path.access_bytes_per_s);
  if (pieces <= 1) return train_bytes;
  const double segments = std::ceil(static_cast<double>(train_bytes) / kWireSegmentBytes / pieces);
  return static_cast<std::uint32_t>(segments) * kWireSegmentBytes;
}

double piling_part(const TcpPath& path, const TcpWindow& window, bool after_a_pause, bool pacing) {
  if (after_a_pause && !pacing) return 1 - path.bottleneck_bytes_per_s / path.access_bytes_per_s;
  return std::max(0.0, 1 - path.full_pipe_segments() / (2 * window.segments()));
}

}  // namespace offramp
