#include <nlohmann/json.hpp>

#include <sstream>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

nlohmann::json tuned(const Workplace& place, const std::string& arguments) {
  const Finished run = run_offramp(place.path(), "tune b_lenet_fashion --json " + arguments);
  INFO(run.err);
  REQUIRE(run.code == 0);
  return nlohmann::json::parse(run.out);
}

}  // namespace

TEST_CASE("a tuned choice keeps its bound on the validation images") {
  const Workplace place;
  const nlohmann::json share = tuned(place, "--edge-share 0.9 --rule all");
  CHECK(share.at("chosen").at("validation").at("edge_share") >= 0.9);
  CHECK(share.at("rules").size() == 3);

  const nlohmann::json loss = tuned(place, "--max-loss 0.2");
  const double final_exit = loss.at("final_exit_accuracy");
  CHECK(loss.at("chosen").at("validation").at("total_accuracy").get<double>() >= final_exit - 0.002 - 1e-9);

  const double flops = loss.at("chosen").at("validation").at("flops_per_image");
  const nlohmann::json budget = tuned(place, "--flops " + std::to_string(flops));
  CHECK(budget.at("chosen").at("validation").at("flops_per_image") <= flops);
  CHECK(budget.at("chosen").at("validation").at("total_accuracy") >=
        loss.at("chosen").at("validation").at("total_accuracy"));

  const nlohmann::json bytes = tuned(place, "--bytes 60 --from 'exit 0:int8_zstd'");
  CHECK(bytes.at("chosen").at("validation").at("uplink_bytes_per_image") <= 60);

  const nlohmann::json joules = tuned(place, "--joules 0.006 --device raspberry_pi_4");
  CHECK(joules.at("chosen").at("validation").at("device_j") <= 0.006);
}

TEST_CASE("what tune writes is lines of a scenario, which then leaves the share that was promised") {
  const Workplace place;
  const Finished run = run_offramp(place.path(),
                                   "tune b_lenet_fashion --edge-share 0.8 --rule margin --from 'exit "
                                   "0:int8_zstd' --out choice.yaml --csv f.csv");
  REQUIRE(run.code == 0);
  const std::string lines = place.read("choice.yaml");
  CHECK(contains(run.out, lines));
  CHECK(contains(lines, "policy: {rule: margin, thresholds: ["));
  CHECK(contains(lines, "offload: {from: exit 0, codec: int8_zstd}"));
  std::string group;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);)
    if (!line.starts_with("#")) group += "    " + line + "\n";
  place.write(
      "tuned.yaml",
      "name: tuned\nduration: 60s\ndevices:\n  - count: 50\n    type: raspberry_pi_4\n    model: "
      "b_lenet_fashion\n    arrivals: {process: poisson, rate: 5/s}\n    access: wifi\n" +
          group +
          "network:\n  access: {wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}}\n  uplink: {bandwidth: "
          "100Mbps, latency: 10ms}\ncloud: {type: nvidia_t4}\noutput: {requests: false, figures: false}\n");
  const Finished simulated = run_offramp(place.path(), "run tuned.yaml --json");
  INFO(simulated.err);
  REQUIRE(simulated.code == 0);
  const auto summary = nlohmann::json::parse(simulated.out);
  // 15,000 draws of the test images, where the share is near that of validation: within two points.
  CHECK(summary.at("exits").at(0).at("share").at("value").get<double>() == Approx(0.8).margin(0.02));
  CHECK(place.read("f.csv").starts_with("rule,parameters,offloaded,accuracy\nmargin,"));
}

TEST_CASE("what tune cannot do is told with a remedy") {
  const Workplace place;
  const auto complaint = [&](const std::string& arguments) {
    const Finished run = run_offramp(place.path(), "tune " + arguments);
    CHECK(run.code == 2);
    return run.err;
  };
  CHECK(contains(complaint("b_lenet_fashion --bytes 10"), "add for example --from"));
  CHECK(contains(complaint("b_lenet_fashion --joules 10"), "add for example --device"));
  CHECK(contains(complaint("b_lenet_fashion --flops 1 --out choice.yaml"),
                 "no choice of entropy reaches that"));
  CHECK(!fs::exists(place.path() / "choice.yaml"));
  CHECK(contains(complaint("b_lenet_fashion --flops 1 --max-loss 1"), "give one of"));
  CHECK(contains(complaint("b_lenet_fashion --rule router"), "has nothing to choose on this network"));
  CHECK(contains(complaint("b_lenet_fashion --from exit0"), "--from: found \"exit0\"; write SPLIT:CODEC"));
  CHECK(contains(complaint("./tiny"), "has no image set \"validation\"; there are: test"));
  CHECK(contains(complaint("b_lenet_fashin"), "did you mean \"b_lenet_fashion\"?"));
}
