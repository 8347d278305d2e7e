#include "sim/core/digest.hpp"
#include "sim/core/installation.hpp"
#include "sim/profile/safetensors.hpp"
#include "sim/scenario/model_description.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "tests/catch.hpp"

namespace offramp {

TEST_CASE("every shipped device type reads") {
  const std::vector<std::string> names = list_device_types();
  REQUIRE(names.size() >= 11);
  for (const std::string& name : names) CHECK(read_device_type(name, ".").name == name);
}

TEST_CASE("every shipped profile has the digest of what it says and is of the weights beside it") {
  const std::vector<std::string> names = list_models();
  REQUIRE(names.size() >= 12);
  for (const std::string& name : names) {
    INFO(name);
    const auto entry = installation_root() / "models" / "zoo" / name;
    CHECK(SafetensorsFile(entry / "profile.safetensors").metadata().contains("sha256"));
    CHECK(read_exit_profile(entry / "profile.safetensors").weights_sha256 ==
          sha256_hex_of_file(entry / "weights.safetensors"));
  }
}

TEST_CASE("the quickstart reads and asks for half a million requests in three ways") {
  const Scenario scenario = read_scenario(installation_root() / "scenarios" / "quickstart.yaml");
  double rate_per_s = 0;
  for (const DeviceGroup& group : scenario.devices)
    rate_per_s += static_cast<double>(group.count) * group.arrivals.rate_per_s;
  CHECK(rate_per_s * scenario.duration_s * static_cast<double>(scenario.replications) >= 500'000);
  CHECK(scenario.compare.size() == 3);
}

TEST_CASE("every shipped scenario reads") {
  std::size_t read = 0;
  for (const char* name : {"", "published", "testbed"}) {
    const auto folder = installation_root() / "scenarios" / name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".yaml") continue;
      INFO(entry.path());
      CHECK(read_scenario(entry.path()).name == entry.path().stem());
      ++read;
    }
  }
  CHECK(read >= 14);
}

TEST_CASE("the scenario of a day has as many arrivals as its phases say") {
  // 2.5 h at 0.2/s, 8.5 h at 0.5/s, 3 h at 1.5/s, 3 h at 0.1/s and 7 h at 0.01/s: 34,632 a device and day.
  const Scenario scenario = read_scenario(installation_root() / "scenarios" / "day.yaml");
  CHECK(scenario.duration_s == kDayS);
  CHECK(scenario.devices.at(0).arrivals.rate_per_s * kDayS == Approx(34'632));
}

}  // namespace offramp
