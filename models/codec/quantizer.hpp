#pragma once

#include <cstdint>
#include <span>

namespace offramp {

/// A range of values that holds 0: low <= 0 <= high.
struct ValueRange {
  float low = 0;
  float high = 0;

  /// The least that holds 0 and all values.
  static ValueRange of(std::span<const float> x);
  bool operator==(const ValueRange&) const = default;
};

/// A uniform quantiser: value = (level - zero_level) * step, so that 0 is a level of its own.
/// Within its range |x - value| <= step / 2 (and a rounding of floats); beyond it the last level stands,
/// which is a step beyond the range at most.
struct Quantizer {
  float step = 0;  ///< 0: every level means 0
  std::uint8_t zero_level = 0;

  /// 2^bits levels over the range; one less where it has both signs, so that rounding the zero level never
  /// pushes an end out.
  static Quantizer over(const ValueRange& range, int bits);

  /// @param levels  as many as x
  void to_levels(std::span<const float> x, int bits, std::span<std::uint8_t> levels) const;
  void to_values(std::span<const std::uint8_t> levels, std::span<float> x) const;
};

}  // namespace offramp
