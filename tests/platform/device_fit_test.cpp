#include "sim/platform/device_fit.hpp"

#include <cmath>

#include "sim/layers/registry.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// ResNet-20's blocks and the whole network as a machine with these figures takes them, with a factor each.
std::vector<Measurement> resnet20_on(const ComputeFigures& machine, const std::vector<double>& factors = {}) {
  const LayerPlan plan = *find_layer_plan("resnet20");
  std::vector<Measurement> measured;
  for (const LayerPlan::Segment& segment : plan.segments)
    measured.push_back({segment.name, segment.layers.cost, machine.time_s(segment.layers.cost), 1});
  measured.push_back({"whole", plan.total().cost, machine.time_s(plan.total().cost), std::sqrt(10)});
  for (std::size_t i = 0; i < factors.size(); ++i) measured[i].seconds *= factors[i];
  return measured;
}

const ComputeFigures kPeak{0, 0, 1 / 40e9, 1 / 20e9};

}  // namespace

TEST_CASE("a fit finds the figures of a machine that follows the model") {
  // 100 us a run, 30 us a call, 10 GFLOP/s, 1 GB/s: noise-free, so that the minimum is 0 and these it is.
  const ComputeFigures machine{100e-6, 30e-6, 1 / 10e9, 1 / 1e9};
  const DeviceFit fit = fit_device(resnet20_on(machine), kPeak);
  CHECK(fit.figures.s_per_run == Approx(machine.s_per_run).epsilon(1e-6));
  CHECK(fit.figures.s_per_call == Approx(machine.s_per_call).epsilon(1e-6));
  CHECK(fit.figures.s_per_flop == Approx(machine.s_per_flop).epsilon(1e-6));
  CHECK(fit.figures.s_per_byte == Approx(machine.s_per_byte).epsilon(1e-6));
  CHECK(fit.rate_identified);
  CHECK(fit.memory_bandwidth_identified);
  CHECK(fit.rms_relative_error < 1e-9);
}

TEST_CASE("a rate that hides behind the overhead is called not identified, and the peak stands") {
  // A GPU: 40 us a call; 9.4 MFLOP at 10 TFLOP/s take 1 us of a block's 370, and the blocks scatter by 3 %.
  const ComputeFigures peak{0, 0, 1 / 10e12, 1 / 300e9};
  const ComputeFigures machine{90e-6, 40e-6, peak.s_per_flop, peak.s_per_byte};
  const std::vector<double> scatter{1.03, 0.97, 1.02, 0.99, 1.03, 0.98, 1.01, 0.97, 1.03, 0.98, 1};
  const DeviceFit fit = fit_device(resnet20_on(machine, scatter), peak);
  CHECK(!fit.rate_identified);
  CHECK(!fit.memory_bandwidth_identified);
  CHECK(fit.figures.s_per_flop == Approx(peak.s_per_flop));
  CHECK(fit.figures.s_per_byte == Approx(peak.s_per_byte));
  CHECK(fit.figures.s_per_call == Approx(40e-6).epsilon(0.05));
}

TEST_CASE("no fit is faster than the data sheet or has a negative overhead") {
  // Times that shrink with the amount of work cannot be explained; bounds hold all the same.
  std::vector<Measurement> measured = resnet20_on({100e-6, 30e-6, 1 / 10e9, 1 / 1e9});
  for (std::size_t i = 0; i + 1 < measured.size(); ++i)
    measured[i].seconds = 1e-3 / (1 + static_cast<double>(i));
  const DeviceFit fit = fit_device(measured, kPeak);
  CHECK(fit.figures.s_per_run >= 0);
  CHECK(fit.figures.s_per_call >= 0);
  CHECK(fit.figures.s_per_flop >= kPeak.s_per_flop);
  CHECK(fit.figures.s_per_byte >= kPeak.s_per_byte);
}

TEST_CASE("plausible fits scatter around the truth and are the same every time") {
  const ComputeFigures machine{100e-6, 30e-6, 1 / 10e9, 1 / 1e9};
  const std::vector<double> scatter{1.05, 0.95, 1.04, 0.98, 1.05, 0.96, 1.02, 0.95, 1.05, 0.97, 1};
  const std::vector<Measurement> measured = resnet20_on(machine, scatter);
  const std::vector<PlausibleFit> fits = plausible_fits(measured, kPeak);
  const ComputeCost deep = find_layer_plan("resnet110")->total().cost;
  double below = 0;
  for (const PlausibleFit& fit : fits) below += fit.figures.time_s(deep) < machine.time_s(deep) ? 1 : 0;
  const double share = below / static_cast<double>(fits.size());
  CHECK(share > 0.025);
  CHECK(share < 0.975);
  CHECK(plausible_fits(measured, kPeak)[7].figures.s_per_flop == fits[7].figures.s_per_flop);
}
