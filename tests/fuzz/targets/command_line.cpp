// What stands on a command line as text: overrides, quantities, conditions of `plan`, ranges of --vary.
#include "sim/core/error.hpp"
#include "sim/core/quantity.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/yaml_override.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "sim/sweep/axis.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace offramp::fuzz {
namespace {

void read_override(const std::string& text) {
  std::vector<Problem> problems;
  const auto [key, value] = parse_override(text);
  if (const auto node = parse_override_value(key, value, problems)) {
    YamlNode root;
    override_value(root, key, *node, {"--set"}, problems);
    block_text(root);
  }
}

void read_quantity(const std::string& text) {
  for (const QuantityKind& kind : {kDuration, kBandwidth, kDataSize, kFrequency, kPower}) {
    try {
      const double value = parse_quantity(text, kind);
      require(parse_quantity(quantity_text(value, kind), kind) == value, "a quantity is read back as it was");
    } catch (const BadQuantity&) {
    }
  }
}

}  // namespace

FuzzTarget fuzz_target() {
  FuzzTarget target;
  target.read = [](Bytes input) {
    const std::string text = text_of(input);
    read_quantity(text);
    try {
      read_override(text);
    } catch (const UserError&) {
    }
    try {
      parse_vary(text);
    } catch (const UserError&) {
    }
  };
  target.seeds = {"devices.0.count=300",
                  "network.uplink={bandwidth: 10Mbps, latency: 5ms}",
                  "20Mbps",
                  "6.25MBps",
                  "2/s",
                  "5 ms",
                  "devices.0.count=100,200,400",
                  "a={from: 1Mbps, to: 10Mbps, points: 4, scale: log}",
                  "devices.0.policy=null"};
  target.tokens = {"=",    ".",  ",",   "{",  "}",    "[",    "]", ": ",
                   "Mbps", "kB", "KiB", "ms", "/min", "e308", "-", "nan"};
  target.memory = {20'000, 96u << 20};
  return target;
}

}  // namespace offramp::fuzz
