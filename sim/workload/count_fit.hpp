#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/scenario/people_moments.hpp"
#include "sim/workload/count_series.hpp"

namespace offramp {

/// Sample mean and variance (divided by the number of counts) of what is not missing.
CountMoments moments_of(const CountSeries& series);

/// Sample autocorrelation at a lag: the mean product of deviations of the counts so far apart over the
/// sample's variance. Nothing where no counts are so far apart, or none differs from another.
std::optional<double> autocorrelation_of(const CountSeries& series, std::size_t lag_steps);

enum class Stays { exponential, any_shape };

/// The moments of a process of which a series may be a part.
///
/// The mean is the sample's. A short series knows its own mean better than that of the process, so that its
/// variance and autocorrelation come out too small; with f the variance of the sample's mean in parts of the
/// process's variance, the expectations of both are about variance (1 - f) and (rho(lag) - f) / (1 - f)
/// (Marriott and Pope, Biometrika 1954; f follows from rho). The correlation time is the one whose expected
/// autocorrelation is nearest to the sample's in least squares, over lags in geometric progression as long
/// as the sample's is above 0.05; the variance is the sample's over 1 - f.
///
/// @param stays  any_shape: the shape of the stays is fitted too, among those of fitted_stay_shapes
PeopleMoments fit_people(const CountSeries& series, Stays stays);

const std::vector<double>& fitted_stay_shapes();

/// A series of the same times as another, of a process with these moments.
CountSeries simulated_like(const CountSeries& series, const PeopleMoments& moments, RandomEngine stream);

/// Standard errors of what fit_people says, by fitting it to series that its process made.
PeopleMoments fit_errors(const CountSeries& series, const PeopleMoments& fitted, Stays stays,
                         std::uint64_t seed);

/// Correlation of cameras that share their time.
struct CrossCamera {
  std::size_t pairs = 0;
  double mean = 0;  ///< over pairs of cameras, of the sample's correlation coefficient
  double least = 0, most = 0;
};

/// @return nothing where no two of these series share so much as 10 times, or none of them varies
std::optional<CrossCamera> cross_camera_correlation(const std::vector<const CountSeries*>& cameras);

}  // namespace offramp
