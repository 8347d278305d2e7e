#include <nlohmann/json.hpp>

#include <cstdlib>

#include "sim/profile/exit_profile.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The worked example of analysis/profile_format.md: a network in NumPy writes ./marks. False without NumPy.
bool write_marks(const Workplace& place) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    WARN("skipped: Debian's python3-numpy is not there");
    return false;
  }
  const std::string script = (fs::path(OFFRAMP_GOLDEN) / "../../analysis/profile_example.py").string();
  const std::string command =
      "cd '" + place.path().string() + "' && /usr/bin/python3 -B '" + script + "' marks";
  REQUIRE(std::system(command.c_str()) == 0);
  return true;
}

constexpr const char* kScenario = R"(
name: marks
duration: 100s
devices:
  - count: 20
    type: raspberry_pi_4
    model: ./marks
    arrivals: {process: poisson, rate: 5/s}
    policy: {rule: margin, thresholds: [0.5]}
    offload: {from: exit 0, codec: zlib4}
    access: wifi
network:
  access: {wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}}
  uplink: {bandwidth: 100Mbps, latency: 10ms}
cloud: {type: nvidia_t4}
output: {figures: false}
)";

}  // namespace

TEST_CASE("a profile that Python wrote drives the simulator") {
  const Workplace place;
  if (!write_marks(place)) return;
  const ExitProfile profile = read_exit_profile(place.path() / "marks" / "profile.safetensors");
  CHECK(profile.model == "mark_finder");
  CHECK(profile.set("test").images() == 1000);
  CHECK(profile.find_split("exit 0")->find_codec("zlib4") != nullptr);

  place.write("marks.yaml", kScenario);
  const Finished run = run_offramp(place.path(), "run marks.yaml --json --out out");
  INFO(run.err);
  REQUIRE(run.code == 0);
  const auto summary = nlohmann::json::parse(run.out);
  const double early = summary.at("exits").at(0).at("share").at("value");
  // What evaluate says of all test images holds for those drawn: 10,000 of them, within two points.
  const Finished evaluated = run_offramp(
      place.path(),
      "evaluate ./marks --rule margin --thresholds 0.5 --from 'exit 0:zlib4' --json --no-measure");
  INFO(evaluated.err);
  REQUIRE(evaluated.code == 0);
  const auto evaluation = nlohmann::json::parse(evaluated.out);
  CHECK(early == Approx(evaluation.at("exits").at(0).at("share").get<double>()).margin(0.02));
  CHECK(early > 0.1);
  CHECK(early < 0.9);
  CHECK(summary.at("accuracy").at("top1").at("value").get<double>() ==
        Approx(evaluation.at("total_accuracy").get<double>()).margin(0.02));

  const Finished tuned =
      run_offramp(place.path(), "tune ./marks --edge-share 0.7 --from 'exit 0:zlib4' --json");
  REQUIRE(tuned.code == 0);
  CHECK(nlohmann::json::parse(tuned.out).at("chosen").at("validation").at("edge_share") >= 0.7);
}

TEST_CASE("a foreign profile that lacks a codec says where it must be made") {
  const Workplace place;
  if (!write_marks(place)) return;
  place.write("marks.yaml", kScenario);
  const Finished run = run_offramp(place.path(), "run marks.yaml --set devices.0.offload.codec=int8_zstd");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "lacks the codec int8_zstd at \"exit 0\" (there it has zlib4)"));
  CHECK(contains(run.err, "analysis/profile_format.md"));
  CHECK(!fs::exists(place.path() / "runs"));
}
