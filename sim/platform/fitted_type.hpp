#pragma once

#include <string>
#include <vector>

#include "sim/platform/device_fit.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// A type's own figures, as the fit knows them. @param type  one that has figures
ComputeFigures figures_of(const DeviceType& type);

/// What a type's fit gives, to be compared with what its file says.
struct FittedType {
  std::vector<Measurement> measured;
  DeviceFit fit;  ///< of the machine that was measured
  ComputeFigures
      expected;  ///< of the type: the fit times FitSource::slower; what is not identified as in its file
  std::vector<std::string> not_identified;
};

/// @param type  one with a FitSource
/// @throws UserError when its measurements cannot be read
FittedType fit_type(const DeviceType& type);

/// Plausible figures of a type (plausible_fits, scaled as the type is).
std::vector<PlausibleFit> plausible_types(const DeviceType& type);

/// Fits without some pieces, and how wrong what was left out is then predicted (predicted over measured - 1).
struct LeftOut {
  std::string name;
  double mean_relative_error = 0;
};
/// Each measurement left out alone.
std::vector<LeftOut> leave_one_out(const std::vector<Measurement>& measured, const ComputeFigures& peak);
/// All pieces that are alike left out together, and the whole network with them.
std::vector<LeftOut> leave_kind_out(const std::vector<Measurement>& measured, const ComputeFigures& peak);

/// The bounds that a type's fit keeps to.
ComputeFigures peak_of(const FitSource& fit);

}  // namespace offramp
