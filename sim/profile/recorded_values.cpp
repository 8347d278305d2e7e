#include "sim/profile/recorded_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/core/half_float.hpp"

namespace offramp {
namespace {

bool fit(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::abs(value) <= kLargestHalf; });
}

/// A half that is less, as little as possible.
float next_smaller_half(float half) {
  std::uint16_t bits = 0;
  to_halves({&half, 1}, {&bits, 1});
  constexpr std::uint16_t kSign = 0x8000;
  if (bits == 0) {
    bits = kSign | 1;
  } else {
    bits = static_cast<std::uint16_t>((bits & kSign) != 0 ? bits + 1 : bits - 1);
  }
  float smaller = 0;
  to_floats({&bits, 1}, {&smaller, 1});
  return smaller;
}

}  // namespace

void round_as_recorded(std::span<float> values) {
  if (!fit(values)) return;
  std::vector<std::uint16_t> halves(values.size());
  to_halves(values, halves);
  to_floats(halves, values);
}

void round_logits_as_recorded(std::span<float> logits, std::size_t classes) {
  for (; !logits.empty(); logits = logits.subspan(classes)) {
    const std::span<float> image = logits.first(classes);
    const auto named = std::ranges::max_element(image);
    round_as_recorded(image);
    std::replace_if(
        image.begin(), named, [largest = *named](float logit) { return logit == largest; },
        next_smaller_half(*named));
  }
}

}  // namespace offramp
