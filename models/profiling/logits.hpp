#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace offramp {

/// Logits of one exit: [images, classes], row by row.
using Logits = std::vector<float>;

/// The class with the largest logit, the first of equals.
inline std::size_t predicted_class(std::span<const float> logits) {
  return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// Whether each image is classified right.
/// @param labels  [images]
std::vector<bool> correct_answers(std::span<const float> logits, std::span<const std::int32_t> labels);

/// Share of images whose largest logit is the label's; one value an exit.
std::vector<double> accuracy_of_exits(const std::vector<Logits>& exits, std::span<const std::int32_t> labels);

}  // namespace offramp
