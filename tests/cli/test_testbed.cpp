#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "sim/profile/profile_store.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

constexpr const char* kScenario = R"(
name: fashion
duration: 3s
seed: 5
devices:
  - {count: 3, type: raspberry_pi_4, model: ./fashion, arrivals: {process: poisson, rate: 10/s}, access: line,
     policy: {rule: entropy, thresholds_nats: [0.3]}, offload: {from: exit 0, codec: int8_zstd}}
network:
  access: {line: {up: 100Mbps, down: 100Mbps, latency: 1ms}}
  uplink: {bandwidth: 20Mbps, latency: 9ms}
  connection: {idle_timeout: rto, pacing: false}
cloud: {type: raspberry_pi_4}
output: {figures: false}
)";

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream in(line + ",");
  for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
  return all;
}

/// requests.csv by device and arrival.
std::map<std::pair<std::string, std::string>, Row> requests(const std::string& csv) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = cells(line);
  std::map<std::pair<std::string, std::string>, Row> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = values[i];
    rows[{row["device"], row["arrival_s"]}] = row;
  }
  return rows;
}

}  // namespace

TEST_CASE("a network that really runs says and sends what its profile said") {
  if (!find_dataset("fashion_mnist")) {
    WARN("skipped: Fashion-MNIST is not on this machine (Debian: dataset-fashion-mnist)");
    return;
  }
  const Workplace place;
  const fs::path zoo = fs::path(OFFRAMP_ZOO) / "b_lenet_fashion";
  fs::create_directory(place.path() / "fashion");
  for (const char* file : {"model.yaml", "weights.safetensors", "profile.safetensors"})
    fs::copy_file(zoo / file, place.path() / "fashion" / file);
  place.write("fashion.yaml", kScenario);
  REQUIRE(run_offramp(place.path(), "run fashion.yaml --out simulated").code == 0);
  // Whether the machine keeps up is no matter here.
  const Finished real =
      run_offramp(place.path(), "testbed fashion.yaml --loopback --out measured --keep-late");
  INFO(real.err);
  REQUIRE(real.code == 0);
  const auto simulated = requests(place.read("simulated/requests.csv"));
  const auto measured = requests(place.read("measured/requests.csv"));
  REQUIRE(measured.size() == simulated.size());
  std::size_t offloaded = 0;
  for (const auto& [key, a] : simulated) {
    REQUIRE(measured.contains(key));
    const Row& b = measured.at(key);
    CHECK(a.at("image") == b.at("image"));
    if (a.at("outcome") != "completed" || b.at("outcome") != "completed") continue;
    for (const char* column : {"exit", "correct", "answered_by", "payload_bytes", "wire_bytes"})
      CHECK(a.at(column) == b.at(column));
    offloaded += b.at("payload_bytes") == "0" ? 0 : 1;
  }
  CHECK(offloaded > 5);
  CHECK(run_offramp(place.path(), "compare simulated measured").code == 0);
}
