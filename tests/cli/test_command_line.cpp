#include <cstdlib>
#include <set>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Subcommands, as `offramp --help` lists them.
std::vector<std::string> commands_of(const Workplace& place) {
  std::istringstream help(run_offramp(place.path(), "--help").out);
  std::vector<std::string> commands;
  bool listing = false;
  for (std::string line; std::getline(help, line);) {
    if (line == "Subcommands:")
      listing = true;
    else if (listing && line.rfind("  ", 0) == 0 && line.size() > 2 && line[2] != ' ')
      commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    else if (line.empty())
      listing = false;
  }
  return commands;
}

/// Those that this program parses itself.
bool is_taken_over(const std::string& command) {
  return command == "train" || command == "profile" || command == "import" || command == "calibrate";
}

/// Long options, as a subcommand's help has them: at the beginning of a line, perhaps behind a short one.
std::set<std::string> options_of(const std::string& help) {
  std::set<std::string> options;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || begin == 0 || line[begin] != '-') continue;
    const std::size_t at = line.find("--", begin);
    if (at != std::string::npos) options.insert(line.substr(at, line.find_first_of(", =", at) - at));
  }
  return options;
}

bool has(const char* program) {
  return std::system((std::string("command -v ") + program + " >/dev/null").c_str()) == 0;
}

}  // namespace

TEST_CASE("every subcommand has a help with an example") {
  const Workplace place;
  const std::vector<std::string> commands = commands_of(place);
  CHECK(commands.size() > 15);
  for (const std::string& command : commands) {
    if (is_taken_over(command)) continue;
    INFO(command);
    const Finished help = run_offramp(place.path(), command + " --help");
    CHECK(help.code == 0);
    CHECK_THAT(help.out, ContainsSubstring("Example"));
    CHECK_THAT(help.out, ContainsSubstring("offramp " + command));
  }
}

TEST_CASE("completions and manual know every subcommand and option") {
  const Workplace place;
  const std::string bash = run_offramp(place.path(), "completion bash").out;
  const std::string zsh = run_offramp(place.path(), "completion zsh").out;
  const std::string manual = run_offramp(place.path(), "manual").out;
  for (const std::string& command : commands_of(place)) {
    INFO(command);
    CHECK_THAT(bash, ContainsSubstring("    " + command + ") options="));
    CHECK_THAT(zsh, ContainsSubstring("    '" + command + ":"));
    if (is_taken_over(command)) continue;
    for (const std::string& option : options_of(run_offramp(place.path(), command + " --help").out)) {
      INFO(option);
      CHECK_THAT(bash, ContainsSubstring(option));
      CHECK_THAT(zsh, ContainsSubstring(option + "["));
      std::string in_roff;
      for (const char c : option) in_roff += c == '-' ? std::string("\\-") : std::string(1, c);
      CHECK_THAT(manual, ContainsSubstring("\\fB" + in_roff + "\\fR"));
    }
  }
}

TEST_CASE("what offramp-models says of its arguments is completed by the names of models") {
  const Workplace place;
  const std::string bash = run_offramp(place.path(), "completion bash").out;
  if (bash.find("    train) options=\"-h") == std::string::npos) {
    WARN("offramp-models is not built here: nothing checked");
    return;
  }
  CHECK_THAT(bash, ContainsSubstring("    train:*) words=\"$(_offramp_names models)\""));
  CHECK_THAT(bash, ContainsSubstring("    profile:*) words=\"$(_offramp_names models)\""));
}

TEST_CASE("bash completes subcommands, options and allowed values") {
  if (!has("bash")) return;
  const Workplace place;
  place.write("completion", run_offramp(place.path(), "completion bash").out);
  place.write("ask",
              ". ./completion\n"
              "ask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _offramp; echo \"${COMPREPLY[*]}\"; }\n"
              "ask offramp re\nask offramp run --rep\nask offramp plot --width ''\nask offramp list dev\n"
              "ask " OFFRAMP_PROGRAM " time x --device rasp\n");
  REQUIRE(std::system(("cd '" + place.path().string() + "' && bash ask >answers 2>&1").c_str()) == 0);
  CHECK(place.read("answers") == "report\n--replications\none two\ndevices\nraspberry_pi_4\n");
}

TEST_CASE("zsh reads its completion") {
  if (!has("zsh")) {
    WARN("skipped: there is no zsh here");
    return;
  }
  const Workplace place;
  place.write("_offramp", run_offramp(place.path(), "completion zsh").out);
  CHECK(std::system(("cd '" + place.path().string() + "' && zsh -n _offramp 2>errors").c_str()) == 0);
  CHECK(place.read("errors").empty());
  // A terminal in which TAB is pressed behind "offramp list dev".
  place.write(
      "press",
      "zmodload zsh/zpty\nzpty z zsh -f -i\n"
      "zpty -w z 'PS1= fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; _d() { compdef _offramp "
      "offramp }; _d; echo rea''dy'\n"
      "zpty -r -m z line '*ready*'\n"
      "zpty -w -n z $'offramp list dev\\t'\n"
      "for i in {1..300}; do zpty -r -t z part && seen+=$part; [[ $seen == *'list devices'* ]] && break; "
      "sleep 0.1; "
      "done\nprint -r -- \"$seen\" >seen\nzpty -d z\n");
  REQUIRE(std::system(("cd '" + place.path().string() + "' && TERM=dumb timeout 60 zsh -f press").c_str()) ==
          0);
  CHECK_THAT(place.read("seen"), ContainsSubstring("list devices"));
}

TEST_CASE("man formats the manual without a warning") {
  if (!has("man") || !has("groff")) {
    WARN("skipped: there is no man here");
    return;
  }
  const Workplace place;
  place.write("offramp.1", run_offramp(place.path(), "manual").out);
  REQUIRE(std::system(("cd '" + place.path().string() +
                       "' && groff -man -ww -Tutf8 -K utf8 offramp.1 >page 2>warnings")
                          .c_str()) == 0);
  CHECK(place.read("warnings").empty());
  CHECK_THAT(place.read("page"), ContainsSubstring("With this many devices"));
}

TEST_CASE("a scenario that comes with Offramp is found by its name in the list") {
  const Workplace place;
  const Finished check = run_offramp(place.path(), "check published/b_lenet.yaml");
  INFO(check.err);
  CHECK(check.code == 0);
  const Finished none = run_offramp(place.path(), "check published/b_lente.yaml");
  CHECK(none.code == 2);
}
