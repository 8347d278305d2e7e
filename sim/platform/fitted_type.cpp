#include "sim/platform/fitted_type.hpp"

#include <algorithm>

#include "sim/platform/measurements.hpp"

namespace offramp {
namespace {

constexpr const char* kWhole = "whole";

std::string kind_of(const Measurement& measurement) {
  return measurement.name.substr(0, measurement.name.find(','));
}

/// Overheads and what is identified scale with the type; the rest is the type's own data sheet.
ComputeFigures scaled(const ComputeFigures& fitted, const DeviceType& type, bool rate_identified,
                      bool bandwidth_identified) {
  const double slower = type.fit->slower;
  const ComputeFigures own = figures_of(type);
  return {slower * fitted.s_per_run, slower * fitted.s_per_call,
          rate_identified ? slower * fitted.s_per_flop : own.s_per_flop,
          bandwidth_identified ? slower * fitted.s_per_byte : own.s_per_byte};
}

/// Fits on what is kept and predicts what is not.
LeftOut predict_rest(const std::string& name, const std::vector<Measurement>& kept,
                     const std::vector<Measurement>& rest, const ComputeFigures& peak) {
  const DeviceFit fit = fit_device(kept, peak);
  LeftOut out{name};
  for (const Measurement& one : rest)
    out.mean_relative_error +=
        (fit.figures.time_s(one.cost) / one.seconds - 1) / static_cast<double>(rest.size());
  return out;
}

}  // namespace

ComputeFigures figures_of(const DeviceType& type) {
  return {type.overhead_s_per_run, type.overhead_s_per_call, 1 / type.flops_per_s,
          1 / type.memory_bytes_per_s};
}

ComputeFigures peak_of(const FitSource& fit) {
  return {0, 0, 1 / fit.peak_flops_per_s, 1 / fit.peak_memory_bytes_per_s};
}

FittedType fit_type(const DeviceType& type) {
  FittedType fitted;
  fitted.measured = read_measurements(type.fit->measurements, type.fit->machine);
  fitted.fit = fit_device(fitted.measured, peak_of(*type.fit));
  const DeviceFit& fit = fitted.fit;
  fitted.expected = scaled(fit.figures, type, fit.rate_identified, fit.memory_bandwidth_identified);
  if (!fit.rate_identified) fitted.not_identified.push_back("rate");
  if (!fit.memory_bandwidth_identified) fitted.not_identified.push_back("memory_bandwidth");
  return fitted;
}

std::vector<PlausibleFit> plausible_types(const DeviceType& type) {
  const auto measured = read_measurements(type.fit->measurements, type.fit->machine);
  std::vector<PlausibleFit> fits = plausible_fits(measured, peak_of(*type.fit));
  for (PlausibleFit& fit : fits) fit.figures = scaled(fit.figures, type, true, true);
  return fits;
}

std::vector<LeftOut> leave_one_out(const std::vector<Measurement>& measured, const ComputeFigures& peak) {
  std::vector<LeftOut> errors;
  for (std::size_t left = 0; left < measured.size(); ++left) {
    std::vector<Measurement> kept = measured;
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(left));
    errors.push_back(predict_rest(measured[left].name, kept, {measured[left]}, peak));
  }
  return errors;
}

std::vector<LeftOut> leave_kind_out(const std::vector<Measurement>& measured, const ComputeFigures& peak) {
  std::vector<std::string> kinds;
  for (const Measurement& one : measured) {
    const std::string kind = kind_of(one);
    if (kind != kWhole && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  std::vector<LeftOut> errors;
  for (const std::string& kind : kinds) {
    std::vector<Measurement> kept, rest;
    for (const Measurement& one : measured)
      if (one.name != kWhole) (kind_of(one) == kind ? rest : kept).push_back(one);
    errors.push_back(predict_rest(kind, kept, rest, peak));
  }
  return errors;
}

}  // namespace offramp
