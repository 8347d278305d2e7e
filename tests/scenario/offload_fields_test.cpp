#include <vector>

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

/// The sound scenario with a gateway that computes and this offload; the offload stands on line 9.
std::string with_offload(const std::string& offload) {
  const std::string text = replaced(sound_scenario(), "{from: exit 1, codec: int8_zstd}", offload);
  return replaced(text, "  uplink:", "  gateway: {type: tiny, servers: 2, batch: {max: 4}}\n  uplink:");
}

constexpr const char* kTwoHops =
    "[{from: exit 0, codec: int8_zstd, to: gateway}, {from: exit 1, codec: raw_f32}]";

}  // namespace

TEST_CASE("two hops lead over a gateway that computes to the cloud") {
  const Workshop workshop;
  const Scenario scenario = workshop.read(with_offload(kTwoHops));
  CHECK(scenario.devices[0].offload ==
        OffloadSpec{"exit 0", "int8_zstd", {}, OffloadSpec::To::gateway, HopSpec{"exit 1", "raw_f32"}});
  REQUIRE(scenario.network.gateway);
  CHECK(scenario.network.gateway->type.name == "tiny");
  CHECK(scenario.network.gateway->servers == 2);
  CHECK(scenario.network.gateway->batch_max == 4);
}

TEST_CASE("one hop leads to the cloud, or to a gateway that answers all it receives") {
  const Workshop workshop;
  const auto read = [&](const std::string& offload) {
    return workshop.read(with_offload(offload)).devices[0].offload;
  };
  const OffloadSpec to_cloud{"exit 1", "int8_zstd"};
  CHECK(read("{from: exit 1, codec: int8_zstd}") == to_cloud);
  CHECK(read("{from: exit 1, codec: int8_zstd, to: cloud}") == to_cloud);
  CHECK(read("[{from: exit 1, codec: int8_zstd}]") == to_cloud);
  CHECK(read("{from: exit 1, codec: int8_zstd, to: gateway}") ==
        OffloadSpec{"exit 1", "int8_zstd", {}, OffloadSpec::To::gateway});
}

TEST_CASE("both splits and the gateway resolve to text that reads back") {
  const Workshop workshop;
  for (const std::string offload : {kTwoHops, "{from: input, codec: jpeg75, to: gateway}"}) {
    const Scenario scenario = workshop.read(with_offload(offload));
    const Scenario again = workshop.read(scenario.resolved_yaml);
    CHECK(again.devices == scenario.devices);
    CHECK(again.network == scenario.network);
    CHECK(again.resolved_yaml == scenario.resolved_yaml);
  }
}

TEST_CASE("one value of a hop can be overridden") {
  const Workshop workshop;
  const Scenario scenario = workshop.read(with_offload(kTwoHops), {{"devices.0.offload.1.from", "exit 2"}});
  CHECK(scenario.devices[0].offload->onward->from == "exit 2");
}

TEST_CASE("a hop to a gateway needs gateways that compute") {
  const Workshop workshop;
  CHECK(
      workshop.problems(replaced(sound_scenario(), "codec: int8_zstd}", "codec: int8_zstd, to: gateway}")) ==
      Texts{R"(scenario.yaml:9:51: devices[0].offload.to: the network has no gateways that compute; add to )"
            R"(network for example "gateway: {type: jetson_nano}")"});
}

TEST_CASE("hops lead up and behind each other") {
  const Workshop workshop;
  const auto problems = [&](const std::string& offload) { return workshop.problems(with_offload(offload)); };
  CHECK(problems("[{from: exit 1, codec: raw_f32, to: gateway}, {from: exit 1, codec: raw_f32}]") ==
        Texts{R"(scenario.yaml:9:67: devices[0].offload[1].from: "exit 1" is not behind "exit 1", where the )"
              "gateway begins; allowed: exit 2"});
  CHECK(problems("[{from: exit 2, codec: raw_f32, to: gateway}, {from: exit 0, codec: raw_f32}]") ==
        Texts{R"(scenario.yaml:9:67: devices[0].offload[1].from: "exit 0" is not behind "exit 2", where the )"
              "gateway begins; no split point is: give one hop, to the cloud or to the gateway"});
  CHECK(problems("[{from: exit 0, codec: raw_f32}, {from: exit 1, codec: raw_f32}]") ==
        Texts{"scenario.yaml:9:15: devices[0].offload[0]: the first of two hops goes to a gateway; write "
              R"("to: gateway")"});
  CHECK(problems(
            "[{from: exit 0, codec: raw_f32, to: gateway}, {from: exit 1, codec: raw_f32, to: gateway}]") ==
        Texts{"scenario.yaml:9:95: devices[0].offload[1].to: the second hop goes from the gateway to the "
              R"(cloud; write "to: cloud")"});
  CHECK(
      problems("[]") ==
      Texts{"scenario.yaml:9:14: devices[0].offload: has 0 hops; one goes to the cloud or to a gateway, two "
            "to a gateway and from there to the cloud"});
}

TEST_CASE("a hop says where it may go") {
  const Workshop workshop;
  CHECK(workshop.problems(with_offload("{from: exit 1, codec: int8_zstd, to: gatway}")) ==
        Texts{R"(scenario.yaml:9:51: devices[0].offload.to: "gatway" is unknown; did you mean "gateway"?)"});
}

}  // namespace offramp
