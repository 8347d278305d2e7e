#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace offramp {

/// How many observations at the start of a run do not belong to its steady state, by MSER-5: batches of five
/// are averaged, and of b batch means Z the first d are left out that make the standard error of the rest
/// smallest,
///   MSER(d) = sum over j > d of (Z_j - mean of those)^2 / (b - d)^2,   d at most half of b.
/// Source: White, Cobb and Spratt, A comparison of five steady-state truncation heuristics for simulation
/// (WSC 2000).
/// @param series  in order of time, no NaN
/// @return a multiple of 5; nothing when there are fewer than 20 batches, or when the smallest lies in the
/// last
///         fiftieth of the half that is looked at: then the run is too short to tell
std::optional<std::size_t> warm_up_mser5(std::span<const double> series);

}  // namespace offramp
