#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

template <class T>
std::vector<T> values(std::span<const T> span) {
  return {span.begin(), span.end()};
}

std::vector<std::vector<float>> values(const std::vector<std::span<const float>>& spans) {
  std::vector<std::vector<float>> copies;
  for (const auto& span : spans) copies.push_back(values(span));
  return copies;
}

}  // namespace

TEST_CASE("a profile read back has the answers that were written") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  ExitProfile written = numbers.profile();
  written.splits[1].codecs[0].sqnr_db = -3.25;
  written.wire_format = 7;
  write_exit_profile(scratch / "p.safetensors", written);
  const ExitProfile read = read_exit_profile(scratch / "p.safetensors");
  CHECK(read.wire_format == 7);

  REQUIRE(read.sets.size() == 2);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(read.sets[s].name == written.sets[s].name);
    CHECK(values(read.sets[s].labels) == values(written.sets[s].labels));
    CHECK(values(read.sets[s].logits) == values(written.sets[s].logits));
  }
  REQUIRE(read.splits.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read.splits[i].name == written.splits[i].name);
    CHECK(read.splits[i].shape == written.splits[i].shape);
    REQUIRE(read.splits[i].codecs.size() == written.splits[i].codecs.size());
    for (std::size_t c = 0; c < read.splits[i].codecs.size(); ++c) {
      const CodecAnswers& is = read.splits[i].codecs[c];
      const CodecAnswers& was = written.splits[i].codecs[c];
      CHECK(is.codec == was.codec);
      CHECK(is.exact == was.exact);
      CHECK(is.encode_s == was.encode_s);
      CHECK(is.decode_s == was.decode_s);
      CHECK(is.sqnr_db == was.sqnr_db);
      for (std::size_t s = 0; s < 2; ++s) {
        CHECK(values(is.sets[s].coded_bytes) == values(was.sets[s].coded_bytes));
        CHECK(values(is.sets[s].logits) == values(was.sets[s].logits));
      }
    }
  }
}

TEST_CASE("a profile read back has the description that was written") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  const ExitProfile written = numbers.profile();
  write_exit_profile(scratch / "p.safetensors", written);
  const ExitProfile read = read_exit_profile(scratch / "p.safetensors");
  CHECK(read.model == "tiny");
  CHECK(read.dataset == "no_such_dataset");
  CHECK(read.num_classes == 2);
  CHECK(read.input == written.input);
  CHECK(read.weights_sha256 == written.weights_sha256);
  CHECK(read.data_files == written.data_files);
  CHECK(read.zstd_s_per_byte == written.zstd_s_per_byte);
  CHECK(read.digest() == written.digest());
  REQUIRE(read.exits.size() == 2);
  CHECK(read.exits[1].backbone.calls == 5);
  CHECK(read.exits[1].backbone.flops == 2500.5);
  CHECK(read.exits[1].backbone.weight_bytes == 700);
  CHECK(read.exits[1].backbone.activation_bytes == 900);
  CHECK(read.exits[0].head.calls == 1);
  CHECK(read.exits[0].head.activation_bytes == 12);
}

TEST_CASE("a profile that was read can be written again to the same bytes") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  write_exit_profile(scratch / "first", numbers.profile());
  write_exit_profile(scratch / "second", read_exit_profile(scratch / "first"));
  const SafetensorsFile first(scratch / "first");
  const SafetensorsFile second(scratch / "second");
  CHECK(first.metadata() == second.metadata());
  REQUIRE(first.tensors().size() == second.tensors().size());
  for (std::size_t i = 0; i < first.tensors().size(); ++i)
    CHECK(std::ranges::equal(first.tensors()[i].bytes, second.tensors()[i].bytes));
}

TEST_CASE("the digest covers weights and data and codecs but no measured time") {
  const SmallProfile numbers;
  const std::string digest = numbers.profile().digest();
  ExitProfile other = numbers.profile();
  other.splits[0].codecs[0].encode_s = 77;
  other.zstd_s_per_byte = 1;
  CHECK(other.digest() == digest);
  other.splits[0].codecs[0].codec = "raw_u16";
  CHECK(other.digest() != digest);
  other = numbers.profile();
  other.weights_sha256[0] = 'c';
  CHECK(other.digest() != digest);
  other = numbers.profile();
  other.data_files[0].sha256[0] = 'c';
  CHECK(other.digest() != digest);
  other = numbers.profile();
  other.wire_format = 1;
  CHECK(other.digest() != digest);
}

TEST_CASE("a split's name says which exits run before it") {
  CHECK(last_exit_before("input") == -1);
  CHECK(last_exit_before("exit 0") == 0);
  CHECK(last_exit_before("exit 12") == 12);
  for (const char* wrong :
       {"", "exit", "exit ", "exit 01", "exit -1", "exit 1 ", "exit 99999", "Input", "exit  1"})
    CHECK_THROWS_WITH(last_exit_before(wrong),
                      ContainsSubstring("is no split point; write \"input\" or \"exit 0\""));
}

TEST_CASE("sets and splits and codecs are found by name") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  CHECK(profile.set_index("test") == 1);
  CHECK(profile.set("validation").images() == 3);
  CHECK_THROWS_WITH(profile.set("training"), ContainsSubstring("there are: validation, test"));
  REQUIRE(profile.find_split("exit 0") != nullptr);
  CHECK(profile.find_split("exit 0")->find_codec("int8_zstd") != nullptr);
  CHECK(profile.find_split("exit 0")->find_codec("jpeg75") == nullptr);
  CHECK(profile.find_split("exit 1") == nullptr);
}

TEST_CASE("a profile that could not be read back is not written") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  ExitProfile profile = numbers.profile();
  profile.splits[1].codecs[0].sets[0].logits.clear();
  CHECK_THROWS_WITH(write_exit_profile(scratch / "p", profile),
                    ContainsSubstring("needs the logits of 1 exits"));
  profile = numbers.profile();
  profile.splits[1].name = "exit 1";
  CHECK_THROWS_WITH(write_exit_profile(scratch / "p", profile), ContainsSubstring("no exit behind it"));
  CHECK(std::filesystem::is_empty(scratch.path()));
}

TEST_CASE("routers and temperatures come back as they were written") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  const std::vector<float> validation{0.5F, -1, 2}, test{3, -0.25F}, coded_validation{0, 1, 2},
      coded_test{4, 5};
  ExitProfile written = numbers.profile();
  written.temperatures = {1.5, 0.75};
  written.has_routers = true;
  written.sets[0].routers = {validation};
  written.sets[1].routers = {test};
  // Behind "input" lie both exits, of which the first has a router; behind "exit 0" the final one alone.
  CodecAnswers& jpeg = written.splits[0].codecs[1];
  jpeg.sets[0].routers = {coded_validation};
  jpeg.sets[1].routers = {coded_test};
  write_exit_profile(scratch / "p", written);
  const ExitProfile read = read_exit_profile(scratch / "p");
  CHECK(read.temperatures == written.temperatures);
  REQUIRE(read.has_routers);
  CHECK(values(read.routers_of(1, 0)) == test);
  CHECK(read.routers_of(1, 1).empty());  // the final exit has none
  const SplitPoint& input = read.splits[0];
  CHECK(values(read.routers_behind(input, input.codecs[0], 1, 0)) ==
        test);  // exact: as if nothing were coded
  CHECK(values(read.routers_behind(input, input.codecs[1], 1, 0)) == coded_test);
  CHECK(read.digest() == numbers.profile().digest());

  written.sets[0].routers.clear();
  CHECK_THROWS_WITH(write_exit_profile(scratch / "q", written),
                    ContainsSubstring("validation needs a router beside each"));
  CHECK(!std::filesystem::exists(scratch / "q"));
}

TEST_CASE("temperatures are one an exit and above 0") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  ExitProfile profile = numbers.profile();
  profile.temperatures = {1.5};
  CHECK_THROWS_WITH(write_exit_profile(scratch / "p", profile),
                    ContainsSubstring("1 temperatures for 2 exits"));
  profile.temperatures = {1.5, 0};
  CHECK_THROWS_WITH(write_exit_profile(scratch / "p", profile), ContainsSubstring("a temperature is 0"));
}
