#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/workload/count_fit.hpp"

namespace offramp {

/// What a process says about a figure of a series that it has not seen.
struct PredictedFigure {
  double median = 0;
  double low = 0, high = 0;  ///< of 95 % of its series

  bool holds(double value) const { return low <= value && value <= high; }
};

/// A figure of the second half of a series beside what was known from the first.
struct FigureCheck {
  std::string figure;
  double second_half = 0;
  std::optional<double> first_half;  ///< nothing where the first half has no such figure
  PredictedFigure exponential;       ///< fit_people with exponential stays
  PredictedFigure any_stays;         ///< ... with stays of any shape
  PredictedFigure independent;       ///< counts of the same mean and variance, each drawn anew
};

struct SeriesCheck {
  std::string series;
  PeopleMoments exponential, any_stays;  ///< fitted to the first half
  std::vector<FigureCheck> figures;
};

/// Fits the process to the first half of a series and asks it about the second: the autocorrelation at 1, 5
/// and 20 s, and the 95 % quantile and the highest of the mean count over windows of 1 and 10 s (for what is
/// sent, people times bytes a person, a mean over a window is a transfer rate). Windows begin at every count.
/// Figures are left out where a half is shorter than two lags or windows, or where the second half never
/// changes.
///
/// A prediction is the distribution over 400 series of the second half's length. Each is of a process of its
/// own, fitted to a series of the first half's length that the fitted process made: so it knows how little a
/// first half says. The independent draws have the first half's moments.
SeriesCheck check_by_prediction(const CountSeries& series, std::uint64_t seed);

}  // namespace offramp
