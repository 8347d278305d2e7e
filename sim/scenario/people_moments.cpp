#include "sim/scenario/people_moments.hpp"

#include <cmath>

namespace offramp {
namespace {

constexpr double kRounding = 1e-9;

/// Whether independent people who are each in view or not can have these moments.
bool feasible(const CountMoments& part) {
  return part.variance <= part.mean + kRounding &&
         part.variance >= least_count_variance(part.mean) - kRounding;
}

}  // namespace

double least_count_variance(double mean) {
  const double fraction = mean - std::floor(mean);
  return fraction * (1 - fraction);
}

std::optional<CountParts> split_count(const PeopleMoments& moments) {
  const double share = moments.cross_camera_correlation;
  const double mean = moments.mean, variance = moments.variance;
  const auto parts_at = [&](double shared_mean) {
    return CountParts{{mean - shared_mean, (1 - share) * variance}, {shared_mean, share * variance}};
  };
  if (variance >= mean || share == 0 || share == 1) return parts_at(share * mean);
  constexpr int kSteps = 1000;
  const double least = share * variance, most = mean - (1 - share) * variance;
  for (int step = 0; step <= kSteps; ++step)
    for (const double end : {least, most}) {
      const double shared_mean = share * mean + (end - share * mean) * step / kSteps;
      const CountParts parts = parts_at(shared_mean);
      if (feasible(parts.own) && feasible(parts.shared)) return parts;
    }
  return {};
}

}  // namespace offramp
