#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace offramp {

/// Area under precision over recall, in steps: sum over scores s, from the largest, of (recall at s less
/// recall above s) x precision at s, where all that score s or more are taken. Those that score alike are
/// taken together.
/// @param scores   the larger, the surer
/// @param present  1 where it is so
/// @return nothing where none is present
std::optional<double> average_precision(std::span<const float> scores, std::span<const std::uint8_t> present);

}  // namespace offramp
