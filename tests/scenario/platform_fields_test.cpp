#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

std::string on_platform(const std::string& platform) {
  const std::string without = replaced(sound_scenario(), "    access: wifi\n", "");
  return replaced(
      without,
      "  access:\n    wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}\n  uplink: {bandwidth: 1Gbps, "
      "latency: 10ms}\n",
      platform);
}

}  // namespace

TEST_CASE("a platform file takes the place of links and resolves to the same") {
  const Workshop workshop;
  workshop.write("campus.xml", "checked elsewhere");
  const Scenario first =
      workshop.read(on_platform("  platform: campus.xml\n  cloud: centre\n  devices: \"cam-*\"\n"));
  REQUIRE(first.network.platform);
  CHECK(first.network.platform->file == workshop.path() / "campus.xml");
  CHECK(first.network.platform->cloud == "centre");
  CHECK(first.network.platform->devices == "cam-*");
  const Scenario second = workshop.read(first.resolved_yaml);
  CHECK(second.network == first.network);
  CHECK(second.resolved_yaml == first.resolved_yaml);
}

TEST_CASE("a platform file excludes what it replaces") {
  const Workshop workshop;
  workshop.write("campus.xml", "");
  const std::string platform = "  platform: campus.xml\n  cloud: centre\n  devices: \"cam-*\"\n";
  CHECK(workshop.problems(on_platform(platform + "  gateways: 2\n")) ==
        Texts{"scenario.yaml:14:13: network.gateways: cannot stand beside \"platform\", whose file has the "
              "links"});
  CHECK(workshop.problems(replaced(on_platform(platform), "network:", "    access: wifi\nnetwork:")).size() ==
        1);
  CHECK(workshop.problems(on_platform(platform) + "outages: [{what: uplink, from: 1s, for: 1s}]\n").size() ==
        1);
}

TEST_CASE("a platform file must be there and XML") {
  const Workshop workshop;
  workshop.write("campus.so", "");
  const std::string rest = "  cloud: centre\n  devices: \"cam-*\"\n";
  CHECK(workshop.problems(on_platform("  platform: gone.xml\n" + rest)) ==
        Texts{"scenario.yaml:11:13: network.platform: there is no file gone.xml"});
  CHECK(
      workshop.problems(on_platform("  platform: campus.so\n" + rest)) ==
      Texts{
          "scenario.yaml:11:13: network.platform: \"campus.so\" is no SimGrid platform; its name must end in "
          ".xml"});
  CHECK(workshop.problems(on_platform("  platform: gone.xml\n")).size() == 3);
}

}  // namespace offramp
