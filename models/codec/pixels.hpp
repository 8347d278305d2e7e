#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace offramp {

/// Pixels given as floats, as bytes.
/// @throws std::invalid_argument for a value that is no whole number in 0..255
std::vector<std::uint8_t> pixels_from_floats(std::span<const float> x);

}  // namespace offramp
