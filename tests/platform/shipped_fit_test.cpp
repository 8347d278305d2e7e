#include <array>
#include <cmath>

#include "sim/layers/registry.hpp"
#include "sim/platform/fitted_type.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

const std::array kMeasured{"a1_medium", "a1_large", "m4_large", "g4dn_xlarge", "g5_xlarge"};

double mean(const std::vector<Measurement>& measured, std::initializer_list<std::size_t> pieces) {
  double sum = 0;
  for (const std::size_t piece : pieces) sum += measured[piece].seconds;
  return sum / static_cast<double>(pieces.size());
}

}  // namespace

TEST_CASE("shipped figures are what the fit gives") {
  // The files print four digits.
  for (const std::string& name : list_device_types()) {
    const DeviceType type = read_device_type(name, "/");
    if (!type.fit) continue;
    INFO(name);
    const FittedType fitted = fit_type(type);
    const ComputeFigures own = figures_of(type);
    CHECK(own.s_per_run == Approx(fitted.expected.s_per_run).epsilon(6e-4));
    CHECK(own.s_per_call == Approx(fitted.expected.s_per_call).epsilon(6e-4));
    CHECK(own.s_per_flop == Approx(fitted.expected.s_per_flop).epsilon(6e-4));
    CHECK(own.s_per_byte == Approx(fitted.expected.s_per_byte).epsilon(6e-4));
    CHECK(type.not_identified == fitted.not_identified);
  }
}

TEST_CASE("what was measured and what is from a data sheet says so") {
  for (const char* name : kMeasured) CHECK(read_device_type(name, "/").basis == "measured");
  for (const char* name :
       {"raspberry_pi_4", "jetson_nano", "phone_gpu", "phone_npu", "nvidia_t4", "nvidia_a100"})
    CHECK(read_device_type(name, "/").basis == "from data sheet");
  // At batch 1 a GPU's arithmetic hides behind its calls, so that no rate may be claimed.
  for (const char* name : {"g4dn_xlarge", "g5_xlarge", "nvidia_t4", "nvidia_a100"})
    CHECK(read_device_type(name, "/").not_identified == std::vector<std::string>{"rate", "memory_bandwidth"});
}

TEST_CASE("the fit meets the whole network it was fitted to") {
  for (const char* name : kMeasured) {
    INFO(name);
    const FittedType fitted = fit_type(read_device_type(name, "/"));
    CHECK(fitted.measured.back().name == "whole");
    CHECK(std::abs(fitted.fit.relative_errors.back()) < 0.02);
    CHECK(fitted.fit.rms_relative_error < 0.14);
  }
}

TEST_CASE("a deeper residual network takes what its additional blocks take") {
  // ResNet-110 is ResNet-20 with 15 more blocks of each width. A block within a run takes what it took alone
  // less the overhead of a run, h = (sum of the ten blocks - whole) / 9. So, from the measurements alone and
  // without any model of calls, FLOPs and bytes: whole + 15 (b16 + b32 + b64 - 3 h), each b the mean of the
  // blocks without a stride.
  const ComputeCost deep = find_layer_plan("resnet110")->total().cost;
  for (const char* name : kMeasured) {
    const DeviceType type = read_device_type(name, "/");
    const std::vector<Measurement> measured = fit_type(type).measured;
    const double whole = measured[10].seconds;
    const double run = (10 * mean(measured, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) - whole) / 9;
    const double blocks =
        mean(measured, {1, 2, 3}) + mean(measured, {5, 6}) + mean(measured, {8, 9}) - 3 * run;
    const double expected = whole + 15 * blocks;
    const double predicted = figures_of(type).time_s(deep);
    INFO(name << ": " << predicted * 1e3 << " ms, from the blocks " << expected * 1e3 << " ms");
    CHECK(predicted == Approx(expected).epsilon(0.05));
  }
}

TEST_CASE("the Raspberry Pi takes what its core took scaled by the clock") {
  const ComputeCost cost = find_layer_plan("resnet20")->total().cost;
  const double server = figures_of(read_device_type("a1_medium", "/")).time_s(cost);
  CHECK(figures_of(read_device_type("raspberry_pi_4", "/")).time_s(cost) ==
        Approx(server * 2.3 / 1.5).epsilon(1e-3));
}
