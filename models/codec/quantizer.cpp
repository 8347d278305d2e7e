#include "models/codec/quantizer.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cfloat>
#include <cmath>

namespace offramp {

ValueRange ValueRange::of(std::span<const float> x) {
  if (x.empty()) return {};
  const Eigen::Map<const Eigen::ArrayXf> values(x.data(), static_cast<Eigen::Index>(x.size()));
  return {std::min(0.0F, values.minCoeff()), std::max(0.0F, values.maxCoeff())};
}

Quantizer Quantizer::over(const ValueRange& range, int bits) {
  const double low = range.low;
  const double high = range.high;
  const int highest = (1 << bits) - 1;
  const int steps = low < 0 && high > 0 ? highest - 1 : highest;
  Quantizer q;
  if (high == low) return q;
  q.step = std::max(FLT_MIN, static_cast<float>((high - low) / steps));
  q.zero_level = static_cast<std::uint8_t>(
      std::clamp(std::lround(-low / static_cast<double>(q.step)), 0L, static_cast<long>(highest)));
  return q;
}

void Quantizer::to_levels(std::span<const float> x, int bits, std::span<std::uint8_t> levels) const {
  const float highest = static_cast<float>((1 << bits) - 1);
  const float levels_a_unit = step > 0 ? 1 / step : 0;
  const float offset = static_cast<float>(zero_level) + 0.5F;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float level = std::min(highest, std::max(0.0F, x[i] * levels_a_unit + offset));
    levels[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(level));
  }
}

void Quantizer::to_values(std::span<const std::uint8_t> levels, std::span<float> x) const {
  const std::int32_t zero = zero_level;
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(static_cast<std::int32_t>(levels[i]) - zero) * step;
}

}  // namespace offramp
