#pragma once

#include <cstddef>
#include <span>

namespace offramp {

// A profile keeps what a network says as 16-bit floats (sim/core/half_float.hpp has the error), in half the
// room. What decides live rounds in the same way, so that it decides as the profile does.

/// Routers' logits and counts of people. What 16 bits cannot hold stays as it is.
void round_as_recorded(std::span<float> values);

/// Logits, [images, classes]: the class that is named stays the same. Where rounding made an earlier class
/// equal to the largest, that one is the next smaller number. The logits of an image that 16 bits cannot hold
/// stay as they are.
void round_logits_as_recorded(std::span<float> logits, std::size_t classes);

}  // namespace offramp
