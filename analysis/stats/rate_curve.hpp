#pragma once

#include <optional>
#include <vector>

namespace offramp {

/// What a codec costs and loses at one setting.
struct RatePoint {
  double bytes;  ///< above 0
  double loss;   ///< of accuracy, as a share: 0.01 is a point
};

/// The settings that no other beats in both, by growing bytes (so by falling loss).
std::vector<RatePoint> rate_frontier(std::vector<RatePoint> points);

/// Mean of ln(bytes / reference's bytes) at equal loss, as a relative difference: -0.5 is half the bytes.
/// After Bjontegaard (VCEG-M33, 2001), with the frontiers' ln bytes interpolated piecewise linearly over the
/// loss, since accuracy saturates and one cubic would swing; over the losses that both reach, up to
/// `most_loss`.
/// @return nothing where no losses are common
std::optional<double> mean_rate_difference(const std::vector<RatePoint>& curve,
                                           const std::vector<RatePoint>& reference, double most_loss);

}  // namespace offramp
