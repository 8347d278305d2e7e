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

}  // namespace offramp
