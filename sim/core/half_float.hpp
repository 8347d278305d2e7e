#pragma once

#include <cstdint>
#include <span>

namespace offramp {

inline constexpr float kLargestHalf = 65504;

/// To 16-bit floats (IEEE 754 binary16), rounded to nearest, ties to even: |x - y| <= 2^-11 |x|, or 2^-25
/// below 2^-14. What is beyond +-kLargestHalf becomes that.
/// @param halves  as many as x
void to_halves(std::span<const float> x, std::span<std::uint16_t> halves);

/// Back, exactly.
void to_floats(std::span<const std::uint16_t> halves, std::span<float> x);

}  // namespace offramp
