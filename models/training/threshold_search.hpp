#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/profiling/logits.hpp"

namespace offramp {

/// One entropy threshold (nats) for each exit before the final one, chosen so that as many images as
/// possible leave early while total accuracy stays within `tolerance` of the final exit's alone. Exits
/// are settled one after the other, the first one first.
/// @param exits      logits on images that are neither trained nor tested on
/// @param tolerance  in accuracy: 0.001 is 0.1 points
/// @return thresholds for the comparison "strictly below"; 0 where no image may leave
std::vector<double> choose_thresholds(const std::vector<Logits>& exits, std::span<const std::int32_t> labels,
                                      double tolerance);

}  // namespace offramp
