// A user's SimGrid platform. SimGrid ends the process on some mistakes, so each is loaded in a child: a hang
// or a message that is missing would be ours.
#include "sim/platform/platform_file.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {
namespace fs = std::filesystem;

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("platform.xml");
  // The child's report in memory takes a fifth less time.
  ::setenv("TMPDIR", file->directory().c_str(), 1);
  FuzzTarget target;
  target.read = [file](Bytes input) {
    NetworkSpec network;
    network.platform = PlatformFile{file->write(input), "cloud", "cam-*"};
    try {
      check_platform_file(network);
    } catch (const UserError& error) {
      require(!error.problems().front().message.empty(), "a refusal says why");
    }
  };
  for (const auto& entry : fs::directory_iterator(fs::path(OFFRAMP_TESTED_TREE) / "scenarios/platforms")) {
    std::ifstream in(entry.path(), std::ios::binary);
    target.seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  target.seeds.emplace_back(
      "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform "
      "version=\"4.1\">\n<zone id=\"z\" routing=\"Full\">\n<host id=\"cloud\" speed=\"1Gf\"/>\n<host "
      "id=\"cam-1\" speed=\"1Gf\"/>\n<link id=\"l\" bandwidth=\"10Mbps\" latency=\"5ms\"/>\n<route "
      "src=\"cam-1\" "
      "dst=\"cloud\"><link_ctn id=\"l\"/></route>\n</zone>\n</platform>\n");
  target.tokens = {
      "<zone ",   "</zone>",  "<host ",      "<link ",   "<route ", "<link_ctn ", "<cluster ",
      "routing=", "id=",      "\"Vivaldi\"", "\"WIFI\"", "speed=",  "latency=",   "bandwidth=",
      "\"0\"",    "\"-1Gf\"", "\"1e400\"",   "/>",       "<!--",    "&lt;",       "<include file=\"x\"/>"};
  target.memory = {1'000, 16u << 20};
  return target;
}

}  // namespace offramp::fuzz
