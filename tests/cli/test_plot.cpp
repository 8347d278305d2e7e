#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Figures want Debian's matplotlib; without it these claims are not looked at, and that is said.
bool can_draw() {
  if (std::system("/usr/bin/python3 -c 'import matplotlib' 2>/dev/null") == 0) return true;
  WARN("skipped: figures need Debian's package python3-matplotlib");
  return false;
}

}  // namespace

TEST_CASE("a sweep is drawn, all of it or what a filter leaves") {
  if (!can_draw()) return;
  const Workplace place;
  const std::string sweep =
      "sweep tiny.yaml --set duration=2s --set compare=null --replications 2 --vary devices.0.count=2,4 "
      "--vary "
      "network.uplink.bandwidth=1Mbps,2Mbps --out s";
  REQUIRE(run_offramp(place.path(), sweep).code == 0);
  const Finished drawn = run_offramp(place.path(), "plot s --format svg");
  INFO(drawn.err);
  REQUIRE(drawn.code == 0);
  CHECK(drawn.out.empty());
  CHECK_THAT(drawn.err, ContainsSubstring("Drawn in s/figures: curves, heat_map, tradeoffs"));
  CHECK(fs::exists(place.path() / "s/figures/curves.svg"));

  const Finished own = run_offramp(place.path(),
                                   "plot s --x network.uplink.bandwidth --y latency_s.p95 --filter "
                                   "'devices.0.count == 2' --format svg --out own");
  INFO(own.err);
  CHECK(own.code == 0);
  CHECK(fs::exists(place.path() / "own/latency_s.p95-by-network.uplink.bandwidth.svg"));

  const Finished misspelt = run_offramp(place.path(), "plot s --filter 'devices.0.cuont == 2'");
  CHECK(misspelt.code == 2);
  CHECK_THAT(misspelt.err, ContainsSubstring("--filter: \"devices.0.cuont\"") &&
                               ContainsSubstring("did you mean \"devices.0.count\"?"));
  const Finished nothing = run_offramp(place.path(), "plot s --filter 'latency_s.p95 < 0'");
  CHECK(nothing.code == 2);
  CHECK_THAT(nothing.err, ContainsSubstring("leaves nothing"));
}

TEST_CASE("runs side by side differ in what their scenarios say") {
  if (!can_draw()) return;
  const Workplace place;
  const std::string run =
      "run tiny.yaml --replications 2 --set duration=2s --set output.figures=false --set compare=null ";
  REQUIRE(run_offramp(place.path(), run + "--out a").code == 0);
  REQUIRE(run_offramp(place.path(), run + "--out b --set devices.0.count=9").code == 0);
  const Finished both = run_offramp(place.path(), "plot a b --format svg");
  INFO(both.err);
  REQUIRE(both.code == 0);
  CHECK(fs::exists(place.path() / "figures/breakdown.svg"));
  const Finished over =
      run_offramp(place.path(), "plot a b --x devices.0.count --y latency_s.p95 --format svg --out own");
  INFO(over.err);
  CHECK(over.code == 0);
  const Finished refused = run_offramp(place.path(), "plot a b --x devices.0.rate --y latency_s.p95");
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, ContainsSubstring("there are devices.0.count"));
}

TEST_CASE("what holds no run and no sweep is refused by its name") {
  const Workplace place;
  const Finished empty = run_offramp(place.path(), "plot tiny");
  CHECK(empty.code == 2);
  CHECK_THAT(empty.err, ContainsSubstring("tiny: holds neither a run"));
  const Finished none = run_offramp(place.path(), "plot nowhere");
  CHECK(none.code == 2);
  CHECK_THAT(none.err, ContainsSubstring("nowhere: is no directory"));
}
