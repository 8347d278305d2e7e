// Scenarios. What is accepted is accepted again in its resolved form, and resolves to itself.
#include "sim/scenario/read_scenario.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> texts;
  for (const char* folder : {"scenarios", "scenarios/published"})
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(OFFRAMP_TESTED_TREE) / folder)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  return texts;
}

}  // namespace

FuzzTarget fuzz_target() {
  ::setenv("OFFRAMP_HOME", OFFRAMP_TESTED_TREE, 1);
  const auto file = std::make_shared<InputFile>("scenario.yaml");
  const auto again = std::make_shared<InputFile>("resolved.yaml");
  for (const char* folder : {"traces", "platforms"})
    fs::copy(fs::path(OFFRAMP_TESTED_TREE) / "scenarios" / folder, file->directory() / folder,
             fs::copy_options::recursive);
  ::setenv("OFFRAMP_ALLOW", file->directory().c_str(), 1);  // what is resolved names the files of there
  FuzzTarget target;
  target.read = [file, again](Bytes input) {
    try {
      const Scenario scenario = read_scenario(file->write(input));
      const Scenario same = read_scenario(again->write(bytes_of(scenario.resolved_yaml)));
      require(same.resolved_yaml == scenario.resolved_yaml, "a resolved scenario resolves to itself");
    } catch (const UserError& error) {
      for (const Problem& problem : error.problems()) {
        require(!problem.message.empty(), "a problem has a message");
        require(problem.place.source.find("resolved.yaml") == std::string::npos,
                "a resolved scenario is accepted");
      }
    }
  };
  target.seeds = shipped_scenarios();
  target.seeds.emplace_back("a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n");
  target.seeds.emplace_back("a: &a {b: *a}\n");
  target.seeds.emplace_back("[[[[[[[[[[[[[[[[{{{{{{{{{{{{{{");
  target.tokens = {"devices:",    "count: ",
                   "- ",          ": ",
                   "{",           "}",
                   "[",           "]",
                   "&a ",         "*a",
                   "<<: *a",      "!!str ",
                   "---\n",       "...\n",
                   "\n",          "\n  ",
                   "null",        "~",
                   "true",        "-1",
                   "0",           "1e308",
                   ".nan",        ".inf",
                   "0x10",        "1e-320",
                   "20Mbps",      "5ms",
                   "100%",        "auto",
                   "until",       "trace: ",
                   "type: ",      "compare:",
                   "wifi",        "gateways: ",
                   "outages:",    "policy:",
                   "rule: never", "offload: ",
                   "input",       "exit 1",
                   "rule: adapt", "process: mmpp",
                   "states: ",    "phases: ",
                   "06:00",       "platform: ",
                   "batch: ",     "18446744073709551616",
                   "\"",          "'",
                   "|",           ">",
                   "#",           "%",
                   "? "};
  target.memory = {2'000, 96u << 20};
  return target;
}

}  // namespace offramp::fuzz
