#include <stdlib.h>

#include <filesystem>

#include "sim/scenario/allowed_path.hpp"
#include "sim/scenario/model_description.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

/// A scenario in a folder of its own within the workshop, which is no installation here.
class Stranger {
 public:
  Stranger() {
    ::setenv("OFFRAMP_HOME", "/nonexistent", 1);
    fs::create_directories(folder());
  }
  ~Stranger() { ::unsetenv("OFFRAMP_ALLOW"); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  fs::path folder() const { return workshop.path() / "stranger"; }
  Workshop workshop;
};

}  // namespace

TEST_CASE("a scenario names files of its own folder") {
  const Stranger stranger;
  CHECK(allowed_path(stranger.folder(), "trace.txt") == stranger.folder() / "trace.txt");
  CHECK(allowed_path(stranger.folder(), "./models/../mine/") == stranger.folder() / "mine/");
  CHECK(allowed_path({}, "here.txt") == fs::current_path() / "here.txt");
}

TEST_CASE("a scenario names no file elsewhere, nor through a symbolic link") {
  const Stranger stranger;
  const fs::path secret = stranger.workshop.write("secret/key", "");
  fs::create_directory_symlink(stranger.workshop.path() / "secret", stranger.folder() / "own");
  CHECK_THROWS_WITH(allowed_path(stranger.folder(), "../secret/key"),
                    ContainsSubstring(secret.string() + " lies outside") &&
                        ContainsSubstring("OFFRAMP_ALLOW=" + secret.parent_path().string()));
  CHECK_THROWS(allowed_path(stranger.folder(), "own/key"));
  CHECK_THROWS(allowed_path(stranger.folder(), secret.string()));
  CHECK_THROWS(allowed_path(stranger.folder(), "../stranger2/key"));  // a longer name is another folder
  CHECK_THROWS(allowed_path(stranger.folder(), "/etc/passwd"));
}

TEST_CASE("a folder that the user allows may be named, and the whole disk never") {
  const Stranger stranger;
  ::setenv("OFFRAMP_ALLOW", ("/nonexistent:" + (stranger.workshop.path() / "secret").string()).c_str(), 1);
  CHECK(allowed_path(stranger.folder(), "../secret/key") == stranger.workshop.path() / "secret" / "key");
  ::setenv("OFFRAMP_ALLOW", "/", 1);
  CHECK_THROWS(allowed_path(stranger.folder(), "/etc/passwd"));
}

TEST_CASE("a scenario's model, device type, trace and platform are refused outside, at their places") {
  const Stranger stranger;
  ::setenv("OFFRAMP_HOME", stranger.workshop.path().c_str(), 1);  // where the model and type of the rest lie
  const auto problem = [&](const std::string& piece, const std::string& by) {
    const auto problems = stranger.workshop.problems(replaced(sound_scenario(), piece, by));
    return problems.empty() ? std::string() : problems.front();
  };
  CHECK_THAT(problem("type: tiny", "type: /etc/tiny.yaml"),
             ContainsSubstring("type: /etc/tiny.yaml lies outside"));
  CHECK_THAT(problem("model: four_exits", "model: /etc/two_exits"),
             ContainsSubstring("model: /etc/two_exits lies outside"));
  CHECK_THAT(problem("up: 20Mbps", "up: {trace: /etc/passwd}"),
             ContainsSubstring("/etc/passwd lies outside"));
}

TEST_CASE("an entry names no entry elsewhere to start from or to stand beside") {
  const Stranger stranger;
  const std::string text = "network: b_lenet\ndata: squares\ninput: [1, 28, 28]\nclasses: 10\nexits: 2\n";
  stranger.workshop.write("stranger/net/model.yaml", text);
  stranger.workshop.write("stranger/net/own/model.yaml", text);
  stranger.workshop.write("secret/net/model.yaml", text);
  const ModelDescription entry = read_model_description("./net", stranger.folder());
  const auto named = [&](const std::string& name) {
    return read_entry_named_by(entry, "training.init_from", name).directory;
  };
  CHECK(named("./own") == stranger.folder() / "net" / "own");
  const std::string there = (stranger.workshop.path() / "secret" / "net").string();
  CHECK_THROWS_WITH(named("../../secret/net"),
                    ContainsSubstring("net/model.yaml: training.init_from: " + there + " lies outside"));
  CHECK_THROWS(named(there));
  ::setenv("OFFRAMP_ALLOW", (stranger.workshop.path() / "secret").c_str(), 1);
  CHECK(named("../../secret/net") == there);
}

}  // namespace offramp
