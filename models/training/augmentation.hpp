#pragma once

#include <cstdint>
#include <span>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// How one image is changed before the network sees it.
struct Placement {
  bool mirrored = false;
  int right = 0;  ///< pixels that it is moved; negative: to the left
  int down = 0;
};

/// Writes the image, mirrored and then moved, as floats; what is uncovered is 0.
/// @param image  [channels, height, width]   @param out  of the same size
void place_image(std::span<const std::uint8_t> image, const FeatureShape& shape, const Placement& placement,
                 std::span<float> out);

/// Greys (128) the square of `side` pixels whose first row and column are `top` and `left`, as far as it is
/// in the image: both may be negative.
/// @param image  [channels, height, width]
void cut_out(std::span<float> image, const FeatureShape& shape, std::int64_t top, std::int64_t left,
             std::int64_t side);

}  // namespace offramp
