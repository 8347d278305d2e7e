#pragma once

#include <optional>

namespace offramp {

/// How the number of people that a camera sees moves over time: `people` of a scenario, when it is given by
/// its moments.
struct PeopleMoments {
  double mean = 0;
  double variance = 0;
  /// t: the autocorrelation of the counts, summed over all lags to come. With stays of shape 1 it is
  /// exp(-lag / t). 0: every look is independent of the last.
  double correlation_time_s = 0;
  /// Of the counts of two cameras of a group at the same time, 0 to 1.
  double cross_camera_correlation = 0;
  /// Of the gamma distribution of the times that people stay. Above 1 they stay for more equal times, and the
  /// autocorrelation falls in a straighter line; below 1 a few stay for very long. Other than 1 only where
  /// the variance is not below the mean.
  double stay_shape = 1;

  bool operator==(const PeopleMoments&) const = default;
};

/// The shapes of stays that are allowed.
inline constexpr double kLeastStayShape = 0.1, kMostStayShape = 50;

/// The least variance that a whole number of this mean can have: with f the fraction of the mean, f (1 - f).
double least_count_variance(double mean);

struct CountMoments {
  double mean = 0;
  double variance = 0;
};

/// A camera's count as the sum of two independent ones.
struct CountParts {
  CountMoments own;
  CountMoments shared;  ///< with all cameras of the group: its share of the variance is their correlation
};

/// Of a variance not below the mean both parts have the same ratio of variance to mean. Below it, the shared
/// part has a mean as near to its share as whole numbers allow.
/// @return nothing where whole numbers have no such parts: their variance is already near the least
std::optional<CountParts> split_count(const PeopleMoments& moments);

}  // namespace offramp
