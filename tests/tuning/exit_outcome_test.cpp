#include "sim/tuning/exit_outcome.hpp"

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

// SmallProfile, validation: labels 0 1 1. Both exits say (2, -1), (0.5, 0.25), (-3, 3), so they name 0, 0, 1:
// right, wrong, right. Behind "exit 0:int8_zstd" the final exit says (1.5, -1), (0.5, 0.5), (-2, 3): the same
// classes. Coded bytes 100, 90, 110.
namespace {

const NetworkCut kCut{"exit 0", "int8_zstd"};

DeviceType plain_type() {
  DeviceType type;
  type.overhead_s_per_run = 1e-3;
  type.overhead_s_per_call = 1e-4;
  type.flops_per_s = 1e6;
  type.memory_bytes_per_s = 1e9;
  type.zstd_s_per_byte = 10e-9;  // twice as slow as the machine that profiled
  type.busy_w = 4;
  type.radio_j_per_byte = 1e-6;
  return type;
}

}  // namespace

TEST_CASE("images leave where the rule lets them, and an exit nobody takes has no accuracy") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  const SetAnswers answers = set_answers(profile, "validation", &kCut);
  // Largest probabilities 0.953, 0.562, 0.998.
  const ExitOutcome outcome = apply_rule(answers, {"max_probability", {0.9}});
  CHECK(outcome.exit_of == std::vector<std::size_t>{0, 1, 0});
  CHECK(outcome.share(0) == Approx(2.0 / 3));
  CHECK(outcome.accuracy_at(0) == 1.0);
  CHECK(outcome.accuracy_at(1) == 0.0);
  CHECK(outcome.accuracy() == Approx(2.0 / 3));
  CHECK(outcome.device_share() == Approx(2.0 / 3));
  CHECK(outcome.device_accuracy() == 1.0);

  const ExitOutcome none = apply_rule(answers, {"max_probability", {1}});
  CHECK_FALSE(none.accuracy_at(0).has_value());
  CHECK_FALSE(none.device_accuracy().has_value());
}

TEST_CASE("FLOPs of a request are those of its segments and of the heads asked") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  const SetAnswers answers = set_answers(profile, "validation", nullptr);
  const auto all = [](std::size_t) { return true; };
  // Segments of 1000 and 2500.5, heads of 20 and 40.
  CHECK(flop_costs(profile, answers, all).of_exit == std::vector<double>{1020, 3560.5});
  const ExitRule fixed{"fixed", {}, 1};
  CHECK(flop_costs(profile, answers, exits_asked(answers, fixed)).of_exit[1] == 3540.5);
  const ExitOutcome outcome = apply_rule(answers, {"max_probability", {0.9}});
  CHECK(outcome.mean(flop_costs(profile, answers, all)) == Approx((1020 + 3560.5 + 1020) / 3));
}

TEST_CASE("only what crosses the cut costs bytes") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  const SetAnswers answers = set_answers(profile, "validation", &kCut);
  const ExitOutcome outcome = apply_rule(answers, {"max_probability", {0.9}});
  CHECK(outcome.mean(byte_costs(answers)) == Approx(90.0 / 3));
  CHECK(outcome.mean(offload_costs(answers)) == Approx(1.0 / 3));
  CHECK_THROWS_AS(byte_costs(set_answers(profile, "validation", nullptr)), std::invalid_argument);
}

TEST_CASE("joules of a device are its busy power over its time, and its radio's over the wire bytes") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  const SetAnswers answers = set_answers(profile, "validation", &kCut);
  const auto all = [](std::size_t) { return true; };
  // Segment 0 and its head: 1 ms + 4 calls at 0.1 ms + 1020 FLOP at 1 MFLOP/s + (400 + 800 + 16 + 12) B at 1
  // GB/s.
  const double computes_s = 1e-3 + 4e-4 + 1020e-6 + 1228e-9;
  const RequestCosts seconds = device_second_costs(profile, answers, plain_type(), all);
  CHECK(seconds.of(0, 1) == Approx(computes_s));
  // Encoding took 3 us where it was profiled, where zstd takes 5 ns a byte: here twice that.
  CHECK(seconds.of(1, 1) == Approx(computes_s + 6e-6));
  const RequestCosts joules = device_joule_costs(profile, answers, plain_type(), all);
  CHECK(joules.of(0, 1) == Approx(4 * computes_s));
  // 90 B of payload, 24 of framing, 52 of headers.
  CHECK(joules.of(1, 1) == Approx(4 * (computes_s + 6e-6) + 166e-6));
  // Without a cut the device runs both segments, each a run of its own, as a decision lies between them.
  const SetAnswers whole = set_answers(profile, "validation", nullptr);
  const double rest_s = 1e-3 + 7e-4 + 2540.5e-6 + (700 + 900 + 32 + 24) * 1e-9;
  CHECK(device_second_costs(profile, whole, plain_type(), all).of(1, 0) == Approx(computes_s + rest_s));
}

TEST_CASE("answers behind a cut are those that the codec leaves") {
  const SmallProfile numbers;
  const ExitProfile profile = numbers.profile();
  const SetAnswers coded = set_answers(profile, "test", &kCut);
  CHECK(coded.last_device_exit == 0);
  CHECK(coded.logits[0][0] == 0);
  CHECK(coded.logits[1][0] == 0.25F);
  const NetworkCut input{"input", "raw_u8"};
  CHECK(set_answers(profile, "test", &input).last_device_exit == -1);
  CHECK(set_answers(profile, "test", nullptr).accuracy_of(0) == 1);
  const NetworkCut unknown{"exit 0", "jpeg75"};
  CHECK_THROWS_WITH(
      set_answers(profile, "test", &unknown),
      ContainsSubstring("no jpeg75 at \"exit 0\"") && ContainsSubstring("offramp profile tiny --codec"));
}
