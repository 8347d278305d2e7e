#include "sim/platform/time_prediction.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>

#include "sim/core/random_stream.hpp"
#include "sim/platform/compute_time.hpp"
#include "sim/platform/fitted_type.hpp"

namespace offramp {
namespace {

constexpr double kOtherWork = 2;  // stated assumptions: see the header
constexpr double kOtherOverhead = 1.5;
constexpr double kBytesOfOperands = 8;   // two f32
constexpr std::int64_t kSmallSide = 64;  // the fitted networks read 32x32
constexpr double kTail = 0.025;

bool is_like_fitted(const LayerPlan& plan, const LayerCost& total) {
  return total.depthwise_macs == 0 && std::max(plan.input.height, plan.input.width) <= kSmallSide;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
}

/// The fastest that a data sheet allows for arithmetic and memory traffic.
double least_work_s(const DeviceType& type, const ComputeCost& cost) {
  const ComputeFigures own = figures_of(type), peak = peak_of(*type.fit);
  const ComputeFigures least{0, 0, std::min(own.s_per_flop, type.fit->slower * peak.s_per_flop),
                             std::min(own.s_per_byte, type.fit->slower * peak.s_per_byte)};
  return least.time_s(cost);
}

TimeInterval fitted_interval(const DeviceType& type, const LayerCost& layers, bool like_fitted) {
  const double least_s = least_work_s(type, layers.cost);
  RandomEngine stream = random_stream(1, 0, 0, "other families");
  boost::random::uniform_01<double> uniform;
  std::vector<double> times_s;
  for (const PlausibleFit& fit : plausible_types(type)) {
    double overhead_s = fit.figures.s_per_run + layers.cost.calls * fit.figures.s_per_call;
    double work_s = fit.figures.time_s(layers.cost) - overhead_s;
    if (!like_fitted) {
      const double operands_s = kBytesOfOperands * layers.depthwise_macs * fit.figures.s_per_byte;
      overhead_s *= std::pow(kOtherOverhead, 2 * uniform(stream) - 1);
      work_s = std::max(least_s, std::pow(kOtherWork, 2 * uniform(stream) - 1) * work_s) +
               uniform(stream) * operands_s;
    }
    times_s.push_back((overhead_s + work_s) * (1 + fit.relative_error));
  }
  return {quantile(times_s, kTail), quantile(times_s, 1 - kTail)};
}

}  // namespace

TimePrediction predict_time(const DeviceType& type, const LayerPlan& plan) {
  TimePrediction prediction;
  const LayerCost total = plan.total();
  prediction.like_fitted = is_like_fitted(plan, total);
  prediction.overhead_per_run_s = type.overhead_s_per_run;
  prediction.total_s = type.overhead_s_per_run;
  for (const LayerPlan::Segment& segment : plan.segments) {
    const double seconds = compute_time_s(type, segment.layers.cost);
    prediction.pieces.push_back({segment.name, seconds, type.overhead_s_per_run + seconds});
    prediction.total_s += seconds;
  }
  if (type.margin == 0) return prediction;
  TimeInterval interval{prediction.total_s, prediction.total_s};
  if (type.fit) {
    const TimeInterval fitted = fitted_interval(type, total, prediction.like_fitted);
    interval = {std::min(interval.low_s, fitted.low_s), std::max(interval.high_s, fitted.high_s)};
  }
  prediction.interval = {interval.low_s / type.margin, interval.high_s * type.margin};
  return prediction;
}

}  // namespace offramp
