#include "tests/scenario/workshop.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDeviceType = R"(name: NAME
description: a device for tests
basis: from data sheet
compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}
memory: 4GB
codec: {zstd: 12ms/MB}
power: {idle: 2W, busy: 6W}
sources: {overhead_per_call: a, rate: b, memory_bandwidth: c, memory: d, zstd: e, idle: f, busy: g}
)";

constexpr const char* kModel = R"(network: some_net
data: some_data
input: [3, 32, 32]
classes: 10
exits: EXITS
)";

}  // namespace

Workshop::Workshop() {
  std::string name = (fs::temp_directory_path() / "offramp-scenario-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
  for (const std::string type : {"tiny", "huge"})
    write("scenarios/devices/" + type + ".yaml", replaced(kDeviceType, "NAME", type));
  write("models/zoo/two_exits/model.yaml", replaced(kModel, "EXITS", "2"));
  write("models/zoo/four_exits/model.yaml", replaced(kModel, "EXITS", "4"));
  ::setenv("OFFRAMP_HOME", path_.c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", (path_ / "config").c_str(), 1);
}

Workshop::~Workshop() {
  ::unsetenv("OFFRAMP_HOME");
  ::unsetenv("XDG_CONFIG_HOME");
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Workshop::write(const std::string& name, const std::string& text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

Scenario Workshop::read(const std::string& text, const std::vector<Override>& overrides) const {
  return read_scenario(write("scenario.yaml", text), overrides);
}

std::vector<std::string> Workshop::problems(const std::string& text,
                                            const std::vector<Override>& overrides) const {
  return problems_of([&] { read(text, overrides); });
}

std::string Workshop::short_text(const Problem& problem) const {
  std::string text = problem.text();
  const std::string folder = path_.string() + "/";
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.erase(at, folder.size());
  return text;
}

std::string sound_scenario() {
  return R"(name: campus
duration: 10min
devices:
  - count: 100
    type: tiny
    model: four_exits
    arrivals: {process: poisson, rate: 2/s}
    policy: {rule: entropy, thresholds_nats: [0.3, 0.2, 0.1]}
    offload: {from: exit 1, codec: int8_zstd}
    access: wifi
network:
  access:
    wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}
  uplink: {bandwidth: 1Gbps, latency: 10ms}
cloud:
  type: huge
)";
}

std::string replaced(std::string text, const std::string& piece, const std::string& by) {
  const std::size_t at = text.find(piece);
  if (at == std::string::npos) throw std::logic_error("the text has no " + piece);
  return text.replace(at, piece.size(), by);
}

}  // namespace offramp
