#include "models/training/augmentation.hpp"

#include <algorithm>

namespace offramp {

void place_image(std::span<const std::uint8_t> image, const FeatureShape& shape, const Placement& placement,
                 std::span<float> out) {
  std::size_t to = 0;
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t x = 0; x < shape.width; ++x, ++to) {
        const std::int64_t from_y = y - placement.down;
        const std::int64_t moved_x = x - placement.right;
        const bool covered = from_y >= 0 && from_y < shape.height && moved_x >= 0 && moved_x < shape.width;
        const std::int64_t from_x = placement.mirrored ? shape.width - 1 - moved_x : moved_x;
        out[to] = covered
                      ? image[static_cast<std::size_t>((c * shape.height + from_y) * shape.width + from_x)]
                      : 0.0F;
      }
    }
  }
}

void cut_out(std::span<float> image, const FeatureShape& shape, std::int64_t top, std::int64_t left,
             std::int64_t side) {
  const std::int64_t first_column = std::clamp<std::int64_t>(left, 0, shape.width);
  const std::int64_t end_column = std::clamp<std::int64_t>(left + side, 0, shape.width);
  const std::int64_t end_row = std::min(top + side, shape.height);
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    for (std::int64_t y = std::max<std::int64_t>(top, 0); y < end_row; ++y) {
      const auto row = image.subspan(static_cast<std::size_t>((c * shape.height + y) * shape.width));
      std::fill(row.begin() + first_column, row.begin() + end_column, 128.0F);
    }
  }
}

}  // namespace offramp
