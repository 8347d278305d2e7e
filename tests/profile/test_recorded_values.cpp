#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/taus88.hpp>
#include <cmath>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/profile/recorded_values.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;

namespace {

std::ptrdiff_t named_class(std::span<const float> logits) {
  return std::ranges::max_element(logits) - logits.begin();
}

TensorType type_in_file(const std::filesystem::path& path, const std::string& tensor) {
  return SafetensorsFile(path).tensor(tensor).type;
}

}  // namespace

TEST_CASE("logits are recorded with 11 bits") {
  // Between 1 and 2 halves are 2^-10 apart, between 8 and 16 2^-7; the middle goes to the even one.
  std::vector<float> logits{1 + 0x1.4p-10F, 9.001F, -3};
  round_logits_as_recorded(logits, 3);
  REQUIRE(logits == std::vector<float>{1 + 0x1p-10F, 9, -3});
}

TEST_CASE("rounding never changes which class is named") {
  // 2.0001 and 2.0002 both round to 2, and the first of equals is named: the first becomes 2 - 2^-10.
  std::vector<float> logits{2.0001F, 2.0002F, 1, /* another image: zero is followed downwards too */ -1e-9F,
                            0,       -1};
  round_logits_as_recorded(logits, 3);
  REQUIRE(logits == std::vector<float>{2 - 0x1p-10F, 2, 1, -0x1p-24F, 0, -1});

  // Ten logits so near each other that they mostly collide.
  boost::random::taus88 engine(7);
  boost::random::normal_distribution<float> near(8, 0.01F);
  for (int image = 0; image < 10'000; ++image) {
    std::vector<float> said(10);
    std::ranges::generate(said, [&] { return near(engine); });
    std::vector<float> recorded = said;
    round_logits_as_recorded(recorded, 10);
    REQUIRE(named_class(recorded) == named_class(said));
    for (std::size_t k = 0; k < 10; ++k) REQUIRE(std::abs(recorded[k] - said[k]) <= 0x1.8p-7F);
    std::vector<float> again = recorded;
    round_logits_as_recorded(again, 10);
    REQUIRE(again == recorded);
  }
}

TEST_CASE("what 16 bits cannot hold stays as it was said") {
  std::vector<float> logits{70000, 1.0001F, 0.3F, 1.0001F, 0.3F, 0};
  round_logits_as_recorded(logits, 3);
  REQUIRE(std::vector<float>(logits.begin(), logits.begin() + 3) == std::vector<float>{70000, 1.0001F, 0.3F});
  REQUIRE(logits[3] == 1);
  std::vector<float> counts{0.1F, 1e6F};
  round_as_recorded(counts);
  REQUIRE(counts == std::vector<float>{0.1F, 1e6F});
}

TEST_CASE("a profile has 16-bit floats where these lose nothing, and is read back the same") {
  const ScratchDirectory folder;
  SmallProfile numbers;
  write_exit_profile(folder / "halves", numbers.profile());
  REQUIRE(type_in_file(folder / "halves", "test/exit 0/logits") == TensorType::f16);

  numbers.test_logits[1] = 0.1F;  // not a half
  write_exit_profile(folder / "mixed", numbers.profile());
  REQUIRE(type_in_file(folder / "mixed", "test/exit 0/logits") == TensorType::f32);
  REQUIRE(type_in_file(folder / "mixed", "validation/exit 0/logits") == TensorType::f16);
  const ExitProfile read = read_exit_profile(folder / "mixed");
  REQUIRE(std::ranges::equal(read.set("test").logits[0], numbers.test_logits));
  REQUIRE(std::ranges::equal(read.set("validation").logits[0], numbers.validation_logits));
}
