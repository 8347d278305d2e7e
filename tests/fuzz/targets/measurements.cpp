// A file of measured times.
#include "sim/platform/measurements.hpp"

#include <cmath>
#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("times.csv");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    try {
      for (const Measurement& one : read_measurements(file->write(input), "a1.medium"))
        require(std::isfinite(one.seconds) && one.seconds > 0, "a measured time is a positive number");
    } catch (const UserError&) {
    }
  };
  target.seeds = {
      "machine,network,piece,milliseconds\na1.medium,resnet20,0,0.643\na1.medium,resnet20,whole,16.87\n",
      "# c\nmachine,network,piece,milliseconds\nm4.large,resnet20,1,1\na1.medium,mobilenet_v2,whole,3\n"};
  target.tokens = {"a1.medium,", "resnet20,", "whole,", "efficientnet_b0,", "1e-320", "1e309", "nan",
                   "-1",         ",",         "\n"};
  target.memory = {256, 4u << 20};
  return target;
}

}  // namespace offramp::fuzz
