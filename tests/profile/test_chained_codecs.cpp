#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// SmallProfile with what two codecs at exit 0 make of pictures that have crossed as JPEG.
struct ChainedProfile : SmallProfile {
  std::vector<float> chained_validation_logits = {7, -1, 0.5F, 0.5F, -2, 3};
  std::vector<float> chained_test_logits = {7, 1, 1, 0.125F};

  ExitProfile profile() const {
    ExitProfile made = SmallProfile::profile();
    const std::vector<CodedSet> lossy = {{validation_bytes, {chained_validation_logits}},
                                         {test_bytes, {chained_test_logits}}};
    const std::vector<CodedSet> exact = {{validation_bytes, {}}, {test_bytes, {}}};
    made.splits[1].codecs.push_back({"int8_zstd", false, 3e-6, 4e-6, lossy, hop_name("input", "jpeg75")});
    made.splits[1].codecs.push_back({"raw_f32", true, 3e-6, 4e-6, exact, hop_name("input", "jpeg75")});
    return made;
  }
};

}  // namespace

TEST_CASE("what was coded behind another hop is kept apart and read back") {
  const ScratchDirectory scratch;
  const ChainedProfile numbers;
  write_exit_profile(scratch / "p.safetensors", numbers.profile());
  const ExitProfile read = read_exit_profile(scratch / "p.safetensors");
  const CodecAnswers* alone = read.find_answers("exit 0", "int8_zstd", "");
  const CodecAnswers* chained = read.find_answers("exit 0", "int8_zstd", "input:jpeg75");
  REQUIRE(alone != nullptr);
  REQUIRE(chained != nullptr);
  CHECK(alone->after.empty());
  CHECK(chained->after == "input:jpeg75");
  CHECK(chained->label() == "int8_zstd after input:jpeg75");
  const SplitPoint& split = *read.find_split("exit 0");
  CHECK(read.logits_behind(split, *alone, 1, 1)[0] == 0.25F);
  CHECK(read.logits_behind(split, *chained, 1, 1)[0] == 7);
  CHECK(read.digest() != SmallProfile().profile().digest());
}

TEST_CASE("an exact codec hands on what the hop before delivered") {
  const ChainedProfile numbers;
  const ExitProfile profile = numbers.profile();
  const CodecAnswers* chained = profile.find_answers("exit 0", "raw_f32", "input:jpeg75");
  REQUIRE(chained != nullptr);
  // Exit 1 of the test set behind input:jpeg75 alone.
  const auto behind = profile.logits_behind(*profile.find_split("exit 0"), *chained, 1, 1);
  CHECK(behind.data() == numbers.test_logits.data());
}

TEST_CASE("behind an exact hop the answers without it hold and behind a lossy one they do not") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  CHECK(profile.find_answers("exit 0", "int8_zstd", "input:raw_u8") ==
        profile.find_answers("exit 0", "int8_zstd", ""));
  CHECK(profile.find_answers("exit 0", "int8_zstd", "input:jpeg75") == nullptr);
  CHECK(profile.find_answers("exit 0", "int8_zstd", "input:unknown") == nullptr);
}

TEST_CASE("a hop before that is not there or not before is refused") {
  const ScratchDirectory scratch;
  const ChainedProfile numbers;
  for (const std::string hop : {"input:jpeg20", "exit 0:int8_zstd", "nonsense"}) {
    ExitProfile profile = numbers.profile();
    profile.splits[1].codecs.back().after = hop;
    CHECK_THROWS_WITH(write_exit_profile(scratch / "p.safetensors", profile),
                      ContainsSubstring("which stands at no earlier split"));
  }
}
