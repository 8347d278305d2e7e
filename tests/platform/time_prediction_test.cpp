#include "sim/platform/time_prediction.hpp"

#include <numeric>

#include "sim/layers/registry.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

TimePrediction time_of(const std::string& network, const std::string& device) {
  return predict_time(read_device_type(device, {}), *find_layer_plan(network));
}

}  // namespace

TEST_CASE("segments and the overhead of the run add up to the total") {
  const TimePrediction time = time_of("resnet56", "m4_large");
  double sum = time.overhead_per_run_s;
  for (const TimePrediction::Piece& piece : time.pieces) {
    sum += piece.seconds;
    CHECK(piece.alone_s == piece.seconds + time.overhead_per_run_s);
  }
  CHECK(time.pieces.size() == 1 + 3 * 9);
  CHECK(sum == Approx(time.total_s));
}

TEST_CASE("the time is that of the type's own figures") {
  DeviceType type;
  type.name = "mine";
  type.overhead_s_per_run = 1e-3;
  type.overhead_s_per_call = 1e-4;
  type.flops_per_s = 1e9;
  type.memory_bytes_per_s = 1e9;
  LayerPlan plan;
  plan.segments = {{"one", {{10, 2e6, 1e6, 2e6}, 0, 0, 0}}};
  // 1 ms + 10 x 0.1 ms + 2 MFLOP at 1 GFLOP/s + 3 MB at 1 GB/s.
  const TimePrediction time = predict_time(type, plan);
  CHECK(time.total_s == Approx(7e-3));
  CHECK(!time.interval);  // such a type says nothing about its uncertainty
  type.margin = 2;
  const TimePrediction bounded = predict_time(type, plan);
  CHECK(bounded.interval->low_s == Approx(3.5e-3));
  CHECK(bounded.interval->high_s == Approx(14e-3));
}

TEST_CASE("intervals hold the prediction and the measurement, and are wider for other families") {
  const auto width = [](const TimePrediction& time) { return time.interval->high_s / time.interval->low_s; };
  for (const std::string& device : list_device_types()) {
    INFO(device);
    const TimePrediction known = time_of("resnet20", device), deep = time_of("resnet110", device),
                         other = time_of("mobilenet_v2", device);
    CHECK(known.like_fitted);
    CHECK(deep.like_fitted);
    CHECK(!other.like_fitted);
    CHECK(!time_of("resnet50", device).like_fitted);  // large pictures
    for (const TimePrediction& time : {known, deep, other}) {
      REQUIRE(time.interval);
      CHECK(time.interval->low_s <= time.total_s);
      CHECK(time.interval->high_s >= time.total_s);
    }
    if (read_device_type(device, {}).fit) CHECK(width(other) > 1.1 * width(deep));
  }
  // Whole ResNet-20 as measured (scenarios/devices/measurements/resnet20_cifar10.csv).
  CHECK(time_of("resnet20", "a1_medium").interval->low_s < 16.87e-3);
  CHECK(time_of("resnet20", "a1_medium").interval->high_s > 16.87e-3);
}
