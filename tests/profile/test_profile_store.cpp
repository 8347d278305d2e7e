#include <cstdlib>
#include <fstream>

#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

/// An environment variable for the length of a test.
class Environment {
 public:
  Environment(const char* name, const fs::path& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

/// A model "tiny" with weights, a dataset folder with one file, an empty cache, and a profile of both.
struct Installed {
  ScratchDirectory scratch;
  Environment cache{"XDG_CACHE_HOME", scratch / "cache"};
  Environment data{"OFFRAMP_DATA", scratch / "data"};
  fs::path model = scratch / "tiny";
  SmallProfile numbers;
  ExitProfile profile = numbers.profile();

  Installed() {
    fs::create_directories(model);
    fs::create_directories(scratch / "data/no_such_dataset");
    fs::create_directories(scratch / "cache/offramp/profiles");
    std::ofstream(model / "weights.safetensors") << "weights";
    std::ofstream(scratch / "data/no_such_dataset/images.gz") << "images";
    profile.weights_sha256 = sha256_hex("weights");
    profile.data_files[0].sha256 = sha256_hex("images");
  }
};

}  // namespace

TEST_CASE("a shipped profile that fits is found") {
  Installed here;
  write_exit_profile(shipped_profile_path(here.model), here.profile);
  const ProfileLookup found = find_profile(here.model, {{"input", "jpeg75"}, {"exit 0", "int8_zstd"}});
  REQUIRE(found.path.has_value());
  CHECK(*found.path == here.model / "profile.safetensors");
}

TEST_CASE("the cache is asked when the shipped profile lacks a codec") {
  Installed here;
  ExitProfile small = here.profile;
  small.splits[0].codecs.pop_back();
  write_exit_profile(shipped_profile_path(here.model), small);
  const ProfileLookup lacking = find_profile(here.model, {{"input", "jpeg75"}});
  CHECK_FALSE(lacking.path.has_value());
  CHECK_THAT(lacking.why_not, ContainsSubstring("lacks the codec jpeg75 at \"input\" (there it has raw_u8)"));

  write_exit_profile(cached_profile_path(here.model), here.profile);
  CHECK(find_profile(here.model, {{"input", "jpeg75"}}).path == cached_profile_path(here.model));
}

TEST_CASE("bytes of codecs of another version are not taken, those of other programs' codecs are") {
  Installed here;
  here.profile.wire_format = kWireFormat - 1;
  write_exit_profile(shipped_profile_path(here.model), here.profile);
  CHECK_THAT(find_profile(here.model, {}).why_not, ContainsSubstring("codecs of version"));
  for (const std::optional<int> format : {std::optional(kWireFormat), std::optional<int>()}) {
    here.profile.wire_format = format;
    write_exit_profile(shipped_profile_path(here.model), here.profile);
    CHECK(find_profile(here.model, {}).path.has_value());
  }
}

TEST_CASE("a split that was not profiled is named with those that were") {
  Installed here;
  write_exit_profile(shipped_profile_path(here.model), here.profile);
  CHECK_THAT(find_profile(here.model, {{"exit 7", "raw_f32"}}).why_not,
             ContainsSubstring("not made for the split point \"exit 7\" (it has input, exit 0)"));
}

TEST_CASE("a profile of other weights does not fit") {
  Installed here;
  write_exit_profile(shipped_profile_path(here.model), here.profile);
  const std::string weights = sha256_hex_of_file(here.model / "weights.safetensors");
  std::fstream file(here.model / "weights.safetensors", std::ios::in | std::ios::out | std::ios::binary);
  const char first = static_cast<char>(file.get());
  file.seekp(0);
  file.put(static_cast<char>(first ^ 1));  // one bit is enough
  file.close();
  REQUIRE(sha256_hex_of_file(here.model / "weights.safetensors") != weights);
  CHECK_THAT(find_profile(here.model, {}).why_not, ContainsSubstring("was made from other weights"));
}

TEST_CASE("a profile of changed data does not fit but absent data is no reason") {
  Installed here;
  write_exit_profile(shipped_profile_path(here.model), here.profile);
  const fs::path images = here.scratch / "data/no_such_dataset/images.gz";
  std::ofstream(images) << "other images";
  CHECK_THAT(find_profile(here.model, {}).why_not,
             ContainsSubstring("was made from another version of " + images.string()));
  fs::remove_all(here.scratch / "data/no_such_dataset");
  CHECK(find_profile(here.model, {}).path.has_value());
}

TEST_CASE("a model without weights or without a profile says so") {
  Installed here;
  CHECK_THAT(find_profile(here.model, {}).why_not, ContainsSubstring("tiny has no profile yet"));
  fs::remove(here.model / "weights.safetensors");
  CHECK_THAT(find_profile(here.model, {}).why_not, ContainsSubstring("offramp train tiny"));
}

TEST_CASE("a damaged profile is an error and not a miss") {
  Installed here;
  std::ofstream(shipped_profile_path(here.model)) << "not a profile at all";
  CHECK_THROWS_AS(find_profile(here.model, {}), UserError);
}

TEST_CASE("the cached profile is named after the model and its weights") {
  Installed here;
  const std::string name = "tiny-" + sha256_hex("weights").substr(0, 16) + ".safetensors";
  CHECK(cached_profile_path(here.model) == here.scratch / "cache/offramp/profiles" / name);
  CHECK(cached_profile_path(here.model / "") == cached_profile_path(here.model));
}

TEST_CASE("a dataset is looked for under OFFRAMP_DATA and never outside") {
  Installed here;
  CHECK(find_dataset("no_such_dataset") == here.scratch / "data/no_such_dataset");
  CHECK_FALSE(find_dataset("neither_here_nor_there").has_value());
  CHECK_FALSE(find_dataset("..").has_value());
  CHECK_FALSE(find_dataset("no_such_dataset/../no_such_dataset").has_value());
}
