#include "analysis/stats/average_precision.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace offramp {

std::optional<double> average_precision(std::span<const float> scores,
                                        std::span<const std::uint8_t> present) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
  const auto all = std::accumulate(present.begin(), present.end(), 0.0);
  if (all == 0) return std::nullopt;
  double area = 0, found = 0;
  for (std::size_t i = 0; i < order.size();) {
    const float score = scores[order[i]];
    double found_here = 0;
    for (; i < order.size() && scores[order[i]] == score; ++i) found_here += present[order[i]];
    found += found_here;
    area += found_here / all * (found / static_cast<double>(i));
  }
  return area;
}

}  // namespace offramp
