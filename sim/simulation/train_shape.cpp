#include "sim/simulation/train_shape.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

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

double piling_part(const TcpPath& path, const TcpWindow& window, const Release& release, bool pacing) {
  if (pacing) return std::max(0.0, 1 - path.full_pipe_segments() / (2 * window.segments()));
  return 1 - std::min(1.0, std::max(path.bottleneck_bytes_per_s / path.access_bytes_per_s,
                                    release.clocked_bytes / release.bytes));
}

TrainCut cut_train(std::uint32_t train_bytes, double room_bytes, double piling) {
  if (train_bytes * piling <= room_bytes) return {train_bytes, 0, 0, 0};
  constexpr double kRounding = 1e-9;
  const double segments = segments_of(train_bytes);
  const double room = room_bytes / kWireSegmentBytes;
  const double fits = room > 0 ? std::floor(room / piling + kRounding) : 0;
  // From then on there is room for what leaves while the rest comes.
  const double more = room - fits * piling;
  const double left = segments - fits;
  const double passes = std::clamp(std::floor(more + left * (1 - piling) + kRounding), 0.0, left);
  const double last =
      passes == 0 ? left : std::min(left, std::ceil((passes - more) / (1 - piling) - kRounding));
  std::uint32_t left_bytes = train_bytes;
  const auto take = [&](double taken) {
    const std::uint32_t bytes = std::min(left_bytes, static_cast<std::uint32_t>(taken) * kWireSegmentBytes);
    left_bytes -= bytes;
    return bytes;
  };
  TrainCut cut;
  cut.fits = take(fits);
  cut.lost = take(last - passes);
  cut.passes = take(passes);
  cut.lost_behind = left_bytes;
  return cut;
}

}  // namespace offramp
