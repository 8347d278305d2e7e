#include "models/profiling/calibration.hpp"

#include <cmath>
#include <filesystem>

#include "models/profiling/cost_counter.hpp"
#include "sim/layers/registry.hpp"
#include "sim/platform/fitted_type.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

namespace {

struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / "offramp-calibration-test") {
    std::filesystem::remove_all(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("ResNet-20's layer plan counts what the running network does") {
  // sim/layers describes without LibTorch what the profiler counts from a network that runs: block by block
  // the same calls, FLOPs and bytes.
  const torch::NoGradGuard no_grad;
  CalibrationNet net;
  const LayerPlan plan = *find_layer_plan("resnet20");
  REQUIRE(net.num_blocks() == plan.segments.size());
  double parameters = 0;
  for (const torch::Tensor& tensor : net.parameters()) parameters += static_cast<double>(tensor.numel());
  REQUIRE(parameters == plan.total().parameters);
  std::vector<torch::Tensor> weights = net.parameters();
  for (const torch::Tensor& tensor : net.buffers()) weights.push_back(tensor);
  torch::Tensor feature = CalibrationNet::picture();
  for (std::size_t block = 0; block < net.num_blocks(); ++block) {
    INFO(plan.segments[block].name);
    const torch::Tensor in = feature;
    const ComputeCost counted = count_cost(weights, [&] { feature = net.run(block, in); });
    const ComputeCost& planned = plan.segments[block].layers.cost;
    REQUIRE(counted.calls == planned.calls);
    REQUIRE(counted.flops == planned.flops);
    REQUIRE(counted.weight_bytes == planned.weight_bytes);
    REQUIRE(counted.activation_bytes == planned.activation_bytes);
  }
}

TEST_CASE("a machine that follows the model is written as the device type that it is") {
  // 50 us a run, 10 us a call, 20 GFLOP/s, 5 GB/s, without noise.
  const ComputeFigures machine{50e-6, 10e-6, 1 / 20e9, 1 / 5e9};
  const LayerPlan plan = *find_layer_plan("resnet20");
  Calibration calibration;
  for (std::size_t i = 0; i < plan.segments.size(); ++i)
    calibration.pieces.push_back({std::to_string(i), machine.time_s(plan.segments[i].layers.cost)});
  calibration.pieces.push_back({"whole", machine.time_s(plan.total().cost)});
  calibration.service_spread = 0.04;
  calibration.peak_flops_per_s = 100e9;
  calibration.peak_memory_bytes_per_s = 20e9;
  calibration.zstd_s_per_byte = 4e-9;
  calibration.memory_bytes = 8e9;
  const Folder folder;
  const DeviceType type = read_device_type(write_device_type(calibration, "box", folder.path).string(), "/");
  REQUIRE(type.overhead_s_per_run == Approx(50e-6).epsilon(1e-3));
  REQUIRE(type.overhead_s_per_call == Approx(10e-6).epsilon(1e-3));
  REQUIRE(type.flops_per_s == Approx(20e9).epsilon(1e-3));
  REQUIRE(type.memory_bytes_per_s == Approx(5e9).epsilon(1e-3));
  REQUIRE(type.service_spread == Approx(0.04));
  REQUIRE(type.basis == "measured");
  REQUIRE(figures_of(type).s_per_call == Approx(fit_type(type).expected.s_per_call).epsilon(1e-4));
}

TEST_CASE("this machine is measured piece by piece") {
  // Few runs: that the figures are there and positive is all that holds on any machine.
  const Calibration calibration = measure_this_machine(3);
  REQUIRE(calibration.pieces.size() == 11);
  for (const Calibration::Piece& piece : calibration.pieces) REQUIRE(piece.seconds > 0);
  REQUIRE(calibration.peak_flops_per_s > 0);
  REQUIRE(calibration.peak_memory_bytes_per_s > 0);
  REQUIRE(calibration.service_spread >= 0);
  const Folder folder;
  const DeviceType type = read_device_type(write_device_type(calibration, "box", folder.path).string(), "/");
  REQUIRE(type.fit);
}
