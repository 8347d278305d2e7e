#include "sim/platform/measurements.hpp"

#include <filesystem>
#include <fstream>

#include "sim/core/error.hpp"
#include "sim/layers/registry.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

struct File {
  explicit File(const std::string& text) { std::ofstream(path) << text; }
  ~File() { std::filesystem::remove(path); }
  std::filesystem::path path = std::filesystem::temp_directory_path() / "offramp-measurements-test.csv";
};

const std::string kHeader = "# who measured this\nmachine,network,piece,milliseconds\n";

std::string problem(const std::string& rows) {
  const File file(kHeader + rows);
  try {
    read_measurements(file.path, "box");
  } catch (const UserError& error) {
    return error.problems().front().text().substr(file.path.string().size());
  }
  return "none";
}

}  // namespace

TEST_CASE("measured times come with the costs of what was measured") {
  const File file(kHeader +
                  "other,resnet20,0,9\nbox,resnet20,1,2.5\nbox,resnet20,2,2.5\nbox,resnet20,whole,20\n");
  const std::vector<Measurement> measured = read_measurements(file.path, "box");
  REQUIRE(measured.size() == 3);
  CHECK(measured[0].seconds == Approx(0.0025));
  CHECK(measured[0].cost.flops == find_layer_plan("resnet20")->segments[1].layers.cost.flops);
  CHECK(measured[2].cost.calls == find_layer_plan("resnet20")->total().cost.calls);
  // The whole weighs as much as the two pieces together: sqrt(2) in a sum of squares.
  CHECK(measured[2].weight == Approx(std::sqrt(2)));
}

TEST_CASE("a mistake in measured times is told with its line") {
  CHECK(problem("box,resnet20,0\n") == ":3: has 3 fields; the header names 4");
  CHECK(problem("box,resnet20,10,1\n") == ":3: \"10\" is no piece of resnet20; allowed: 0 to 9, whole");
  CHECK(problem("box,resnet20,0,-1\n") == ":3: \"-1\" is not a positive number of milliseconds");
  CHECK(problem("box,resnet20,0,fast\n") == ":3: \"fast\" is not a positive number of milliseconds");
  CHECK(problem("box,resnet21,0,1\n").find("no layers are known of \"resnet21\"") != std::string::npos);
  CHECK(problem("bax,resnet20,0,1\n").find("has no machine \"box\"") != std::string::npos);
}
