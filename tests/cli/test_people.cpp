#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/golden.hpp"
#include "tests/cli/program.hpp"
#include "tests/profile/small_cells.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A workplace with the model of SmallCells in people/ and a scenario with 20 of its cameras.
class Mall : public Workplace {
 public:
  Mall() {
    const SmallCells numbers;
    std::filesystem::create_directories(path() / "people");
    write_exit_profile(path() / "people" / "profile.safetensors", numbers.profile());
    write("people/model.yaml",
          "network: tiny_people\ndata: no_such_dataset\ninput: [3, 8, 16]\nclasses: 2\ncells: [1, 2]\nexits: "
          "2\n"
          "thresholds_nats: [0.3]\n");
    write("mall.yaml", R"(name: mall
duration: 60s
deadline: 100ms
replications: 2
devices:
  - count: 20
    type: raspberry_pi_4
    model: ./people
    arrivals: {process: periodic, rate: 2/s}
    people: {replay: test}
    policy: {rule: entropy, thresholds_nats: [0.3]}
    offload: {from: exit 0, codec: int8_zstd}
    access: wire
network:
  access:
    wire: {up: 100Mbps, down: 100Mbps, latency: 1ms}
  uplink: {bandwidth: 10Mbps, latency: 10ms}
cloud:
  type: nvidia_t4
compare:
  - {name: ratio, set: {devices.0.cells: {ratio: 0.5}}}
  - {name: all_cloud, set: {devices.0.policy: {rule: always}}}
output: {requests: true, figures: false, transfer_rates: true}
)");
  }

  nlohmann::json json_of(const std::string& arguments) const {
    const Finished run = run_offramp(path(), arguments);
    INFO(run.err);
    REQUIRE(run.code == 0);
    return nlohmann::json::parse(run.out);
  }
};

/// A golden run of the cameras, without what depends on the machine.
nlohmann::json timeless_summary(const Mall& mall) {
  REQUIRE(run_offramp(mall.path(), "run mall.yaml --set duration=20s --set compare=null --out golden").code ==
          0);
  nlohmann::json summary = nlohmann::json::parse(mall.read("golden/summary.json"));
  for (const char* key : {"wall_s", "requests_per_wall_s", "setup_s", "write_s"}) summary.erase(key);
  return summary;
}

const std::filesystem::path kGolden = std::filesystem::path(OFFRAMP_GOLDEN) / "people.json";

double value(const nlohmann::json& summary, const char* pointer) {
  return summary.at(nlohmann::json::json_pointer(pointer)).at("value");
}

}  // namespace

TEST_CASE("a run of cameras reports people, cells and rates") {
  const Mall mall;
  const Finished run = run_offramp(mall.path(), "run mall.yaml --out out");
  INFO(run.err);
  REQUIRE(run.code == 0);
  CHECK_THAT(run.out, ContainsSubstring("people off a frame") &&
                          ContainsSubstring("cells left to the cloud, %") &&
                          ContainsSubstring("one device over 0.1 s: p95, Mbit/s"));
  CHECK_THAT(run.out, !ContainsSubstring("accuracy, %"));
  const auto summary = nlohmann::json::parse(mall.read("out/summary.json"));
  // 20 cameras show 120 frames each: every frame of the four equally often, but for the last of some, which
  // are in flight at the end. See tests/simulation/test_cells.cpp.
  CHECK(value(summary, "/count_mae") == Approx(0.4375).margin(0.003));
  CHECK(value(summary, "/count_mae_in_time") == Approx(0.4375).margin(0.003));
  CHECK(value(summary, "/cell_f1") == Approx(8.0 / 9).margin(0.003));
  CHECK(value(summary, "/cloud_cell_ratio") == Approx(0.5).margin(0.003));
  CHECK(summary.at("accuracy").at("top1").is_null());
  // Of all devices together the mean is 20 times that of one, whatever the window; the peak is only when a
  // window is so long that all devices are at their own.
  const auto rate = [&](const std::string& name) {
    return value(summary, ("/transfer_rate_bps/" + name).c_str());
  };
  for (const std::string window : {"window_100ms", "window_1s", "window_10s"}) {
    CHECK(rate("all/" + window + "/mean") == Approx(20 * rate("device/" + window + "/mean")));
    CHECK(rate("all/" + window + "/mean") == Approx(value(summary, "/uplink/rate_bps/mean")));
  }
  CHECK(rate("all/window_100ms/peak") < 10 * rate("device/window_100ms/peak"));
  CHECK(rate("all/window_1s/peak") < 20 * rate("device/window_1s/peak"));
  CHECK(rate("all/window_1s/p95") == Approx(value(summary, "/uplink/rate_bps/p95")));
  CHECK(rate("all/window_100ms/peak") >= rate("all/window_1s/peak"));
  const auto ratio = nlohmann::json::parse(mall.read("out/compare/ratio/summary.json"));
  CHECK(ratio.at("count_mae").is_null());
  CHECK(value(ratio, "/uplink/payload_bytes_per_request") == Approx(207.5).epsilon(0.01));
  // The same run again gives the same requests; `correct` is empty.
  REQUIRE(run_offramp(mall.path(), "run mall.yaml --out again").code == 0);
  CHECK(mall.read("out/requests.csv") == mall.read("again/requests.csv"));
  CHECK_THAT(mall.read("out/requests.csv"), ContainsSubstring(",completed,0,,device,"));
}

TEST_CASE("a summary of cameras equals the golden one") {
  // As that of tiny.yaml in test_run.cpp: made by tests/golden/regenerate.sh on request alone.
  const Mall mall;
  check_golden(timeless_summary(mall), nlohmann::json::parse(mall.read(kGolden)));
}

TEST_CASE("the golden summary of cameras is written anew on request", "[.]") {
  REQUIRE(std::getenv("OFFRAMP_REGENERATE_GOLDEN") != nullptr);
  const Mall mall;
  std::ofstream(kGolden) << timeless_summary(mall).dump(1) << "\n";
}

TEST_CASE("an evaluation by cells adds up") {
  const Mall mall;
  const auto e = mall.json_of("evaluate ./people --from 'exit 0:int8_zstd' --no-measure --json");
  CHECK(e.at("count_mae") == Approx(0.4375));
  CHECK(e.at("count_mae_cloud") == Approx(0.0625));
  CHECK(e.at("count_mae_difference").at("people") == Approx(0.375));
  CHECK(e.at("cell_f1") == Approx(8.0 / 9));
  CHECK(e.at("cloud_cell_ratio") == 0.5);
  CHECK(e.at("bytes_per_frame") == Approx(130));
  CHECK(e.at("jpeg_bytes_per_frame") == Approx(1150));
  CHECK(e.at("video_bytes_per_frame").is_null());
  CHECK(e.at("exits").at(0).at("share") == 0.5);
  CHECK(e.at("exits").at(1).at("share") == 0.5);
  CHECK(e.at("exits").at(0).at("count_mae") == Approx(0.75));
  CHECK(e.at("exits").at(1).at("cell_average_precision") == Approx(1));
  REQUIRE(e.at("codecs").size() == 3);
  CHECK(e.at("codecs").at(1).at("bytes_per_frame") == Approx(130));
  CHECK(e.at("codecs").at(2).at("cloud_cell_ratio") == 1);
  // Frame 0 stops at exit 0 (1.02 MFLOP), the others run on (6.06).
  CHECK(e.at("flops_per_image") == Approx((1.02e6 + 3 * 6.06e6) / 4));

  const Finished table = run_offramp(mall.path(), "evaluate ./people --from 'exit 0:int8_zstd' --no-measure");
  CHECK_THAT(table.out,
             ContainsSubstring("people off a frame 0.438") && ContainsSubstring("left to the cloud 50.00 %"));
  const Finished other =
      run_offramp(mall.path(), "evaluate ./people --from 'exit 0:int8_zstd' --rule margin --thresholds 0.5");
  CHECK(other.code == 2);
  CHECK_THAT(other.err, ContainsSubstring("There it stands under: entropy [0.3]; always"));
  CHECK(run_offramp(mall.path(), "evaluate ./people --against b_lenet_fashion").code == 2);
}

TEST_CASE("tuning by cells chooses among the policies that were profiled") {
  const Mall mall;
  const auto cheap = mall.json_of("tune ./people --from 'exit 0:int8_zstd' --max-loss 0.4 --json");
  CHECK(cheap.at("chosen").at("policy").at("rule") == "entropy");
  CHECK(cheap.at("chosen").at("test").at("bytes_per_frame") == Approx(130));
  const auto exact = mall.json_of("tune ./people --from 'exit 0:int8_zstd' --max-loss 0 --json");
  CHECK(exact.at("chosen").at("policy").at("rule") == "always");
  CHECK(mall.json_of("tune ./people --from 'exit 0:int8_zstd' --bytes 200 --json")
            .at("chosen")
            .at("policy")
            .at("rule") == "entropy");
  const Finished none = run_offramp(mall.path(), "tune ./people --from 'exit 0:int8_zstd' --bytes 20");
  CHECK(none.code == 2);
  CHECK_THAT(none.err, ContainsSubstring("no policy that was profiled reaches that"));
  CHECK_THAT(run_offramp(mall.path(), "tune ./people --from 'exit 0:int8_zstd' --edge-share 0.4").out,
             ContainsSubstring("policy: {rule: entropy, thresholds_nats: [0.3]}"));
}

TEST_CASE("what cells and model.yaml do not agree on is told") {
  const Mall mall;
  mall.write("people/model.yaml",
             "network: tiny_people\ndata: no_such_dataset\ninput: [3, 8, 16]\nclasses: 2\nexits: 2\n");
  std::string text = mall.read("mall.yaml");
  text.erase(text.find("    people: {replay: test}\n"), 27);
  text.erase(text.find("compare:"), text.find("output:") - text.find("compare:"));
  mall.write("mall.yaml", text);
  const Finished run = run_offramp(mall.path(), "run mall.yaml --out out");
  CHECK(run.code == 2);
  CHECK_THAT(run.err,
             ContainsSubstring(
                 "answers by cells of 1x2, its model.yaml says no cells; write there \"cells: [1, 2]\""));
}
