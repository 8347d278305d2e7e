#pragma once

#include <vector>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// A run as far as its images matter.
struct SampledRun {
  const Scenario& scenario;
  const std::vector<RoutePlan>& routes;
  std::vector<double> route_shares =
      {};  ///< RequestLife::route_shares; empty: every group takes its own route
};

/// How much figures about answers would differ over other images of the same kind: the standard errors that
/// come from a profile having so many images and no more. Replications all draw from the same images, so that
/// their spread does not know of it.
///
/// With w_g the share of requests that devices of group g make, z_gj whether image j leaves by the exit in
/// question and y_gj whether it is then right, a figure is R = (sum over g, j of w_g y_gj) / (sum of w_g
/// z_gj). With e_j = sum over g of w_g (y_gj - R z_gj) and Z the mean of sum over g of w_g z_gj, its variance
/// is s^2(e / Z) / N over the N images of a profile; profiles that differ add up (delta method; Cochran,
/// Sampling Techniques, 1977, chapter 6). For `accuracy.top1`, `exits.k.share` and `exits.k.accuracy`, as the
/// exit policy decides by day; drops and timeouts are not in it. A group that adapts counts as so many as it
/// has settings, each with its share: which setting a frame meets is decided before anything is known of it.
/// Nothing where frames are answered by cells: neighbours of a camera are alike, so that they are no sample
/// of N.
std::vector<ImageSamplingError> image_sampling_errors(const SampledRun& run);

/// The same of b's figure less a's. Routes that were planned from the same profile show the same images:
/// there the difference of e / Z is taken image by image, so that what both have in common falls out.
std::vector<ImageSamplingError> image_sampling_errors_of_difference(const SampledRun& a, const SampledRun& b);

}  // namespace offramp
