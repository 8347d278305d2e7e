#pragma once

#include <vector>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// How much figures about answers would differ over other images of the same kind: the standard errors that
/// come from a profile having so many images and no more. Replications all draw from the same images, so that
/// their spread does not know of it.
///
/// With w_g the share of requests that devices of group g make, z_gj whether image j leaves by the exit in
/// question and y_gj whether it is then right, a figure is R = (sum over g, j of w_g y_gj) / (sum of w_g
/// z_gj). With e_j = sum over g of w_g (y_gj - R z_gj) and Z the mean of sum over g of w_g z_gj, its variance
/// is s^2(e) / (N Z^2) over the N images of a profile; profiles that differ add up (delta method; Cochran,
/// Sampling Techniques, 1977, chapter 6). For `accuracy.top1`, `exits.k.share` and `exits.k.accuracy`, as the
/// exit policy decides by day; drops and timeouts are not in it.
std::vector<ImageSamplingError> image_sampling_errors(const Scenario& scenario,
                                                      const std::vector<RoutePlan>& routes);

}  // namespace offramp
