#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/profiling/exit_counts.hpp"
#include "models/profiling/logits.hpp"

namespace offramp {

/// Each image leaves at the first exit whose entropy is strictly below its threshold, else at the last.
/// @param thresholds_nats  one an exit before the final one
EarlyExitResult apply_thresholds(const std::vector<Logits>& exits, std::span<const std::int32_t> labels,
                                 const std::vector<double>& thresholds_nats);

/// Entropy of each image's softmax at one exit, in nats.
std::vector<double> entropies_nats(const Logits& logits, std::size_t num_classes);

}  // namespace offramp
