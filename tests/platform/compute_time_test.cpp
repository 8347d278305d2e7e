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

TEST_CASE("overheads, arithmetic and memory traffic add up") {
  // 50 calls of 100 us = 5 ms; 1 MFLOP at 10 GFLOP/s = 0.1 ms; 10 kB + 20 kB at 1 GB/s = 0.03 ms.
  CHECK(compute_time_s(device(), cost(50, 1e6, 10e3, 20e3)) == Approx(5.13e-3).epsilon(1e-12));
  // 2 calls = 0.2 ms; 1 GFLOP = 100 ms; 40 MB + 10 MB = 50 ms.
  CHECK(compute_time_s(device(), cost(2, 1e9, 40e6, 10e6)) == Approx(0.1502).epsilon(1e-12));
}

TEST_CASE("a batch pays overhead and weights once and the rest for every image") {
  // 2 calls = 0.2 ms and 40 MB of weights = 40 ms once; 10 ms of arithmetic and 10 ms of activations an
  // image.
  const ComputeCost piece = cost(2, 1e8, 40e6, 10e6);
  CHECK(compute_time_s(device(), piece) == Approx(0.0602).epsilon(1e-12));
  CHECK(compute_time_s(device(), piece, 8) == Approx(0.2002).epsilon(1e-12));
}

TEST_CASE("an exit's time is its run's overhead, its segment and its head when it is asked") {
  // 1 call = 0.1 ms and 10 MFLOP = 1 ms in the segment, 1 call in the head, 0.5 ms a run.
  DeviceType type = device();
  type.overhead_s_per_run = 0.5e-3;
  ExitProfile profile;
  profile.model = "net";
  profile.exits = {{cost(1, 1e7, 0, 0), cost(1, 0, 0, 0)}};
  CHECK(exit_time_s(type, profile, 0, false, false) == Approx(1.1e-3));
  CHECK(exit_time_s(type, profile, 0, true, false) == Approx(1.2e-3));
  CHECK(exit_time_s(type, profile, 0, true, true) == Approx(1.7e-3));
}

TEST_CASE("a user's own measured times replace what would be computed") {
  DeviceType type = device();
  type.overhead_s_per_run = 0.5e-3;
  type.segments_s["net"] = {{0.003, 0.004}, {0.001, 0.002}};
  type.segments_s["heads_included"] = {{0.003, 0.004}, {}};
  ExitProfile profile;
  profile.model = "net";
  profile.exits = {{cost(1, 1e7, 0, 0), {}}, {}};
  CHECK(exit_time_s(type, profile, 1, false, true) == 0.004);
  CHECK(exit_time_s(type, profile, 1, true, true) == 0.006);
  CHECK(exit_time_s(type, profile, 0, true, true, 3) == Approx(0.012));
  profile.model = "heads_included";
  CHECK(exit_time_s(type, profile, 1, true, true) == 0.004);
  CHECK_THROWS_WITH(exit_time_s(type, profile, 2, true, true),
                    Catch::Matchers::ContainsSubstring("2 values"));
  profile.model = "other";
  CHECK(exit_time_s(type, profile, 0, false, false) == Approx(1.1e-3));  // computed
  type.has_figures = false;
  CHECK_THROWS_WITH(exit_time_s(type, profile, 0, false, false),
                    Catch::Matchers::ContainsSubstring("no times of other"));
}

TEST_CASE("nothing to compute takes no time") { CHECK(compute_time_s(device(), ComputeCost{}) == 0); }

TEST_CASE("a codec takes as much longer as the device compresses slower") {
  // 3 ms where zstd takes 5 ns a byte; the device takes 20 ns: four times as long.
  CHECK(codec_time_s(device(), 3e-3, 5e-9) == Approx(12e-3).epsilon(1e-12));
  CHECK(codec_time_s(device(), 0, 5e-9) == 0);
}
