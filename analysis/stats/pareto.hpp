#pragma once

#include <cstddef>
#include <vector>

namespace offramp {

/// The points that no other beats: for a point on the front there is none that is no worse in every figure
/// and better in one. Points that are equal in all figures are on it together.
/// @param costs  [point][figure], each the smaller the better; points with a NaN are never on the front
/// @return their indices, ascending
std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs);

}  // namespace offramp
