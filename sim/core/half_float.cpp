#include "sim/core/half_float.hpp"

#include <Eigen/Core>

#include <algorithm>

namespace offramp {

void to_halves(std::span<const float> x, std::span<std::uint16_t> halves) {
  std::transform(x.begin(), x.end(), halves.begin(), [](float value) {
    return Eigen::half_impl::float_to_half_rtne(std::clamp(value, -kLargestHalf, kLargestHalf)).x;
  });
}

void to_floats(std::span<const std::uint16_t> halves, std::span<float> x) {
  std::transform(halves.begin(), halves.end(), x.begin(), [](std::uint16_t bits) {
    return Eigen::half_impl::half_to_float(Eigen::half_impl::raw_uint16_to_half(bits));
  });
}

}  // namespace offramp
