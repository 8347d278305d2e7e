#include "sim/platform/compute_time.hpp"

#include "tests/catch.hpp"

using namespace offramp;

// The device of these tests: 100 us a call, 10 GFLOP/s, 1 GB/s of memory.
namespace {

DeviceType device() {
  DeviceType type;
  type.overhead_s_per_call = 100e-6;
  type.flops_per_s = 10e9;
  type.memory_bytes_per_s = 1e9;
  type.zstd_s_per_byte = 20e-9;
  return type;
}

ComputeCost cost(double calls, double flops, double weight_bytes, double activation_bytes) {
  return {calls, flops, weight_bytes, activation_bytes};
}

}  // namespace

TEST_CASE("a network of many small operators takes their overhead") {
  // 50 calls of 100 us = 5 ms; 1 MFLOP takes 0.1 ms and hides 10 kB + 20 kB = 0.03 ms: 5.1 ms.
  CHECK(compute_time_s(device(), cost(50, 1e6, 10e3, 20e3)) == Approx(5.1e-3).epsilon(1e-12));
}

TEST_CASE("arithmetic hides memory traffic that is shorter") {
  // 2 calls = 0.2 ms; 1 GFLOP = 100 ms; 40 MB + 10 MB = 50 ms are hidden: 100.2 ms.
  CHECK(compute_time_s(device(), cost(2, 1e9, 40e6, 10e6)) == Approx(0.1002).epsilon(1e-12));
}

TEST_CASE("memory traffic hides arithmetic that is shorter") {
  // 2 calls = 0.2 ms; 100 MFLOP = 10 ms are hidden by 40 MB + 10 MB = 50 ms: 50.2 ms.
  CHECK(compute_time_s(device(), cost(2, 1e8, 40e6, 10e6)) == Approx(0.0502).epsilon(1e-12));
}

TEST_CASE("a batch pays overhead and weights once and the rest for every image") {
  // One image: 0.2 ms + max(10 ms, 40 ms + 10 ms) = 50.2 ms. Eight: 0.2 ms + max(80 ms, 40 ms + 80 ms) =
  // 120.2 ms. Forty: 0.2 ms + max(400 ms, 40 ms + 400 ms) = 440.2 ms.
  const ComputeCost memory_bound = cost(2, 1e8, 40e6, 10e6);
  CHECK(compute_time_s(device(), memory_bound, 8) == Approx(0.1202).epsilon(1e-12));
  CHECK(compute_time_s(device(), memory_bound, 40) == Approx(0.4402).epsilon(1e-12));
}

TEST_CASE("a batch can turn from memory to arithmetic") {
  // 20 ms of arithmetic and 5 ms of activations an image, 40 ms of weights: one image max(20, 45) = 45 ms,
  // two max(40, 50) = 50 ms, four max(80, 60) = 80 ms.
  const ComputeCost turning = cost(0, 2e8, 40e6, 5e6);
  CHECK(compute_time_s(device(), turning, 1) == Approx(0.045).epsilon(1e-12));
  CHECK(compute_time_s(device(), turning, 2) == Approx(0.050).epsilon(1e-12));
  CHECK(compute_time_s(device(), turning, 4) == Approx(0.080).epsilon(1e-12));
}

TEST_CASE("nothing to compute takes no time") { CHECK(compute_time_s(device(), ComputeCost{}) == 0); }

TEST_CASE("a codec takes as much longer as the device compresses slower") {
  // 3 ms where zstd takes 5 ns a byte; the device takes 20 ns: four times as long.
  CHECK(codec_time_s(device(), 3e-3, 5e-9) == Approx(12e-3).epsilon(1e-12));
  CHECK(codec_time_s(device(), 0, 5e-9) == 0);
}
