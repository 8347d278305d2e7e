// Sweep files, all but the scenarios at their points: the base has a mistake, so that reading ends before a
// hundred thousand scenarios are read.
#include "sim/sweep/sweep.hpp"

#include <fstream>
#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("sweep.yaml");
  std::ofstream(file->directory() / "base.yaml") << "duration: 1\n";
  FuzzTarget target;
  target.read = [file](Bytes input) {
    try {
      read_sweep(file->write(input), {});
    } catch (const UserError&) {
    }
  };
  target.seeds = {
      "name: thresholds\nbase: base.yaml\nset: {duration: 60s}\naxes:\n  devices.0.count: [100, 200, 400]\n"
      "  network.uplink.bandwidth: {from: 1Mbps, to: 10Mbps, points: 4, scale: log}\n",
      "base: base.yaml\nzipped:\n  - {a.b: [input, exit 0], c.d: [jpeg75, int8_zstd]}\nwhere:\n"
      "  - devices.0.count <= 200\n  - \"a.b == input or c.d != jpeg75\"\n",
      "base: base.yaml\nsample: {method: latin_hypercube, points: 20, seed: 1, keys: {devices.0.count: "
      "{from: 1, to: 1000, scale: log, whole: true}, cloud.servers: [1, 2]}}\n",
      "base: base.yaml\naxes:\n  a: {from: 0, to: 1, step: 0.25}\n  b: {from: 1ms, to: 10ms, points: 3}\n"};
  target.tokens = {
      "axes:", "zipped:", "sample:",         "where:",  "from: ",   "to: ",   "points: ", "step: ", "scale: ",
      "log",   "linear",  "whole: ",         "keys: ",  "method: ", "random", "sobol",    "0",      "-1",
      "1e308", "1e-308",  "100000",          "<=",      "==",       "!=",     "and",      "or",     "(",
      ")",     "*",       "devices.0.count", "compare", "base: "};
  target.memory = {20'000, 256u << 20};
  return target;
}

}  // namespace offramp::fuzz
