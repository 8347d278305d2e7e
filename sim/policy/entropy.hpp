#pragma once

#include <span>

namespace offramp {

/// Entropy in nats of the softmax of `logits`, in [0, ln(classes)].
double softmax_entropy_nats(std::span<const float> logits);

}  // namespace offramp
