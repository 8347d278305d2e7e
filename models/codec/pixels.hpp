#pragma once

#include <cstddef>
#include <span>

namespace offramp {

/// Pixels given as floats, as bytes.
/// @param to  as many as x
/// @throws std::invalid_argument for a value that is no whole number in 0..255
void pixels_from_floats(std::span<const float> x, std::span<std::byte> to);

}  // namespace offramp
