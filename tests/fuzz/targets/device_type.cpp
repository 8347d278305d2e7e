// A device type's file, and a model's description.
#include "sim/scenario/device_type.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "sim/core/error.hpp"
#include "sim/scenario/model_description.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {
namespace fs = std::filesystem;

FuzzTarget fuzz_target() {
  ::setenv("OFFRAMP_HOME", OFFRAMP_TESTED_TREE, 1);
  const auto type = std::make_shared<InputFile>("type.yaml");
  const auto model = std::make_shared<InputFile>("model.yaml");
  FuzzTarget target;
  target.read = [type, model](Bytes input) {
    try {
      read_device_type(type->write(input).string(), type->directory());
    } catch (const UserError&) {
    }
    try {
      model->write(input);
      read_model_description(model->directory().string(), model->directory());
    } catch (const UserError&) {
    }
  };
  const fs::path tree = OFFRAMP_TESTED_TREE;
  for (const fs::path& folder : {tree / "scenarios/devices", tree / "models/zoo"})
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      const fs::path file = entry.is_directory() ? entry.path() / "model.yaml" : entry.path();
      if (!fs::is_regular_file(file)) continue;
      std::ifstream in(file, std::ios::binary);
      target.seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  target.tokens = {"segments: ", "backbone: ", "heads: ", "fit: ",    "margin: ",  "spread: ",
                   "memory: ",   "null",       "50us",    "5GFLOP/s", "4GBps",     "4GB",
                   "12ms/MB",    "2W",         "nJ/B",    "options:", "training:", "thresholds_nats: ",
                   "[",          "]",          "{",       "}",        "&a ",       "*a",
                   "-1",         "0",          "1e309"};
  target.memory = {20'000, 96u << 20};
  return target;
}

}  // namespace offramp::fuzz
