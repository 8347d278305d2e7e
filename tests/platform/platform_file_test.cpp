#include "sim/platform/platform_file.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

const std::string kSound = R"(<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="z" routing="Full">
    <host id="centre" speed="1Gf"/>
    <host id="cam-1" speed="1Gf"/>
    <host id="cam-10" speed="1Gf"/>
    <host id="alone" speed="1Gf"/>
    <link id="near" bandwidth="10Mbps" latency="5ms"/>
    <link id="far" bandwidth="20Mbps" latency="2ms"/>
    <route src="cam-1" dst="centre"><link_ctn id="near"/><link_ctn id="far"/></route>
    <route src="cam-10" dst="centre"><link_ctn id="far"/></route>
  </zone>
</platform>
)";

/// What checking a platform says; "fine" when it is.
std::string verdict(std::string text, const std::string& piece = "", const std::string& by = "",
                    const std::string& cloud = "centre", const std::string& devices = "cam-*") {
  std::string folder = (fs::temp_directory_path() / "offramp-platform-test-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  if (!piece.empty()) text.replace(text.find(piece), piece.size(), by);
  std::ofstream(folder + "/p.xml") << text;
  NetworkSpec network;
  network.platform = PlatformFile{folder + "/p.xml", cloud, devices};
  std::string said = "fine";
  try {
    check_platform_file(network);
  } catch (const UserError& error) {
    said = error.problems().front().text().substr(folder.size() + 1);
  }
  fs::remove_all(folder);
  return said;
}

}  // namespace

TEST_CASE("a sound platform file is found fine, and none as well") {
  CHECK(verdict(kSound) == "fine");
  CHECK(verdict(kSound, "", "", "centre", "cam-1") == "fine");
  CHECK_NOTHROW(check_platform_file(NetworkSpec{}));
}

TEST_CASE("what SimGrid cannot read is reported at its line") {
  CHECK(verdict("hello").find("p.xml:1: Invalid XML") == 0);
  CHECK(verdict("").find("p.xml:1: Invalid XML") == 0);
  CHECK(verdict(kSound, "10Mbps", "10Mfoo") == "p.xml:9: unknown unit: Mfoo");
  CHECK(verdict(kSound, "version=\"4.1\"", "version=\"3\"").find("p.xml:3: ") == 0);
  CHECK(verdict(kSound, "link_ctn id=\"near\"", "link_ctn id=\"gone\"") ==
        "p.xml: SimGrid cannot load it: Link not found: gone");
}

TEST_CASE("a mistake on which SimGrid ends the process is an error of the file") {
  // The same host twice is an assertion inside SimGrid 3.32.
  const std::string said = verdict(kSound, "<host id=\"alone\"", "<host id=\"cam-1\"");
  CHECK(said.find("p.xml") == 0);
  CHECK(said != "fine");
}

TEST_CASE("hosts that the scenario names must be there and reach each other") {
  CHECK(verdict(kSound, "", "", "middle") == "p.xml: has no host \"middle\" for network.cloud");
  CHECK(verdict(kSound, "", "", "centre", "phone-*") ==
        "p.xml: has no host that matches network.devices \"phone-*\"");
  CHECK(verdict(kSound, "", "", "centre", "*") ==
        "p.xml: there is no route with links from host alone to host centre; add one");
}
