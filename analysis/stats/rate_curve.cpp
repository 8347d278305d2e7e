#include "analysis/stats/rate_curve.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {
namespace {

/// ln bytes at a loss between the frontier's ends.
double log_bytes_at(const std::vector<RatePoint>& frontier, double loss) {
  for (std::size_t i = 1; i < frontier.size(); ++i) {
    const RatePoint& coarse = frontier[i - 1];
    const RatePoint& fine = frontier[i];
    if (loss < fine.loss) continue;
    const double share = std::min(1.0, (loss - fine.loss) / (coarse.loss - fine.loss));
    return share * std::log(coarse.bytes) + (1 - share) * std::log(fine.bytes);
  }
  return std::log(frontier.back().bytes);
}

}  // namespace

std::vector<RatePoint> rate_frontier(std::vector<RatePoint> points) {
  std::sort(points.begin(), points.end(), [](const RatePoint& a, const RatePoint& b) {
    return a.bytes != b.bytes ? a.bytes < b.bytes : a.loss < b.loss;
  });
  std::vector<RatePoint> frontier;
  for (const RatePoint& point : points)
    if (frontier.empty() || point.loss < frontier.back().loss) frontier.push_back(point);
  return frontier;
}

std::optional<double> mean_rate_difference(const std::vector<RatePoint>& curve,
                                           const std::vector<RatePoint>& reference, double most_loss) {
  const std::vector<RatePoint> one = rate_frontier(curve), other = rate_frontier(reference);
  if (one.size() < 2 || other.size() < 2) return {};
  const double low = std::max(one.back().loss, other.back().loss);
  const double high = std::min({one.front().loss, other.front().loss, most_loss});
  if (!(low < high)) return {};
  // Both are linear between these losses, so that the trapezoids are exact.
  std::vector<double> knots{low, high};
  for (const auto* frontier : {&one, &other})
    for (const RatePoint& point : *frontier)
      if (point.loss > low && point.loss < high) knots.push_back(point.loss);
  std::sort(knots.begin(), knots.end());
  double area = 0;
  for (std::size_t i = 1; i < knots.size(); ++i) {
    const auto gap = [&](double loss) { return log_bytes_at(one, loss) - log_bytes_at(other, loss); };
    area += (knots[i] - knots[i - 1]) * (gap(knots[i - 1]) + gap(knots[i])) / 2;
  }
  return std::expm1(area / (high - low));
}

}  // namespace offramp
