#include "analysis/stats/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace offramp {

std::optional<double> quantile_of_sorted(std::span<const double> ascending, double q) {
  if (ascending.empty()) return std::nullopt;
  const double position = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  const double weight = position - static_cast<double>(below);
  return ascending[below] + weight * (ascending[above] - ascending[below]);
}

}  // namespace offramp
