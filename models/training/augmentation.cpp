#include "models/training/augmentation.hpp"

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

}  // namespace offramp
