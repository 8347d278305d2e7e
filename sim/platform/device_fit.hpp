#pragma once

#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A measured run of a network or a piece of one, at batch 1.
struct Measurement {
  /// Of the piece, or "whole"; pieces that are alike have the same text before a comma.
  std::string name;
  ComputeCost cost;    ///< of what ran
  double seconds = 0;  ///< median
  double weight = 1;   ///< of its relative error in the fit
};

/// What compute_time_s needs to know of a processor, as the coefficients of a linear model:
/// time = s_per_run + calls * s_per_call + FLOPs * s_per_flop + bytes * s_per_byte.
struct ComputeFigures {
  double s_per_run = 0;
  double s_per_call = 0;
  double s_per_flop = 0;
  double s_per_byte = 0;

  double time_s(const ComputeCost& cost) const;
};

struct DeviceFit {
  ComputeFigures figures;
  /// False: the measurements do not tell the figure from what the data sheet's peak allows, and the peak
  /// stands.
  bool rate_identified = true;
  bool memory_bandwidth_identified = true;
  std::vector<double> relative_errors;  ///< fitted over measured - 1, one a measurement
  double rms_relative_error = 0;        ///< weighted, with the degrees of freedom
};

/// Least squares of relative errors with every figure at or above its bound, s_per_flop >= peak.s_per_flop
/// and s_per_byte >= peak.s_per_byte (no processor is faster than its data sheet) and overheads >= 0. A rate
/// or bandwidth that does not stand out from its bound by two standard errors is set to the bound, the least
/// distinct first, and the rest fitted again.
DeviceFit fit_device(const std::vector<Measurement>& measured, const ComputeFigures& peak);

/// Fits of what might as well have been measured: the relative errors of the fit with every figure free are
/// dealt anew over the measurements, with replacement, and everything is fitted again (residual bootstrap),
/// half of the time with every figure free and half with those that are not identified on their bounds. Each
/// comes with one more of these errors, to be added to what it predicts.
struct PlausibleFit {
  ComputeFigures figures;
  double relative_error = 0;
};
std::vector<PlausibleFit> plausible_fits(const std::vector<Measurement>& measured,
                                         const ComputeFigures& peak);

}  // namespace offramp
