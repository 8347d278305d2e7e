#include "models/codec/quantizer.hpp"

#include <algorithm>
#include <cmath>

#include "models/codec/level_coder.hpp"
#include "models/codec/range_choice.hpp"
#include "sim/core/half_float.hpp"
#include "tests/catch.hpp"
#include "tests/models/payloads.hpp"
#include "tests/models/samples.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kShape{4, 8, 8};

std::vector<float> through(const Quantizer& q, int bits, const std::vector<float>& x) {
  std::vector<std::uint8_t> levels(x.size());
  q.to_levels(x, bits, levels);
  std::vector<float> back(x.size());
  q.to_values(levels, back);
  return back;
}

}  // namespace

TEST_CASE("a quantiser has a level for zero, reaches both ends and clips what lies beyond") {
  for (const int bits : {8, 6, 4, 3, 2}) {
    const Quantizer q = Quantizer::over({-1, 2}, bits);
    // Both signs: 2^bits - 2 steps over a range of 3.
    const float step = 3.0F / static_cast<float>((1 << bits) - 2);
    REQUIRE(q.step == Approx(step));
    const std::vector<float> back = through(q, bits, {0, -1, 2, 100, -100});
    REQUIRE(back[0] == 0);
    REQUIRE(std::abs(back[1] + 1) <= 0.5001F * step);
    REQUIRE(std::abs(back[2] - 2) <= 0.5001F * step);
    // One level more than the range needs lies beyond one of its ends.
    REQUIRE(std::abs(back[3] - 2) <= 1.5001F * step);
    REQUIRE(std::abs(back[4] + 1) <= 1.5001F * step);
  }
}

TEST_CASE("a quantiser over nothing but zero gives zeros") {
  REQUIRE(through(Quantizer::over({0, 0}, 4), 4, {0, 3}) == std::vector<float>{0, 0});
}

TEST_CASE("two bits behind a ReLU are four evenly spaced values") {
  // Steps of 1 from 0 to 3: 0.4 -> 0, 0.6 -> 1, 1.4 -> 1, 2.6 -> 3.
  REQUIRE(through(Quantizer::over({0, 3}, 2), 2, {0, 0.4F, 0.6F, 1.4F, 2.6F, 3}) ==
          std::vector<float>{0, 0, 1, 1, 3, 3});
}

TEST_CASE("minmax takes all values and percentile leaves a thousandth out at each end") {
  std::vector<float> x;
  for (int i = 0; i <= 1000; ++i) x.push_back(static_cast<float>(i - 500));
  REQUIRE(choose_range(x, RangeRule::minmax, 8) == ValueRange{-500, 500});
  // 1001 values: places 1 and 999 in order.
  REQUIRE(choose_range(x, RangeRule::percentile, 8) == ValueRange{-499, 499});
  std::vector<float> rectified(1000, 0.0F);
  rectified[3] = 7;
  REQUIRE(choose_range(rectified, RangeRule::minmax, 8) == ValueRange{0, 7});
  REQUIRE(choose_range(rectified, RangeRule::percentile, 8) == ValueRange{0, 0});
}

TEST_CASE("least squares finds the best clipping of two levels") {
  // Many values of 1 and a few of 10, with 2 bits (3 steps over [0, h]). h = 10: steps of 3.33, 1 -> 0, error
  // 1000 x 1. h = 3: 1 -> 1 and 10 -> 3, error 2 x 49 = 98, the least for a step of 1 (a smaller one adds
  // more on the tens); a larger step s moves 1000 ones by (s - 1)^2 and wins on the tens 2 (10 - 3 s)^2: the
  // derivative 2000 (s - 1) - 12 (10 - 3 s) = 0 gives s = 2120 / 2036 = 1.041, h = 3.12.
  std::vector<float> x(1000, 1.0F);
  x.insert(x.end(), {10, 10});
  // The search shrinks by steps of 4 %.
  REQUIRE(choose_range(x, RangeRule::mse, 2).high == Approx(3.12).epsilon(0.04));
}

TEST_CASE("least squares errs no more than minmax on the data it was fitted to") {
  const std::vector<float> x = signed_feature(kShape);
  for (const int bits : {8, 6, 4, 3, 2})
    for (const char* channels : {"", "_per_channel"}) {
      const std::string prefix = "int" + std::to_string(bits) + channels;
      const auto plain = fitted_codec(prefix + "_minmax_zstd", kShape, x);
      const auto best = fitted_codec(prefix + "_mse_zstd", kShape, x);
      INFO(prefix);
      REQUIRE(root_mean_square_error(x, delivered(*best, kShape, x)) <=
              root_mean_square_error(x, delivered(*plain, kShape, x)));
    }
}

TEST_CASE("a range for each channel errs less than one for all where channels differ") {
  const std::vector<float> x = signed_feature(kShape);
  for (const char* rule : {"", "_minmax", "_percentile", "_mse"}) {
    const auto one = fitted_codec(std::string("int6") + rule + "_zstd", kShape, x);
    const auto many = fitted_codec(std::string("int6_per_channel") + rule + "_zstd", kShape, x);
    REQUIRE(root_mean_square_error(x, delivered(*many, kShape, x)) <
            root_mean_square_error(x, delivered(*one, kShape, x)));
  }
}

TEST_CASE("what travels of a sample's own ranges is what its values were made with") {
  const std::vector<float> x = signed_feature(kShape);
  const QuantizerSet sent = QuantizerSet::of_sample(kShape, 4, true, x);
  std::vector<std::byte> bytes;
  sent.write_side_information(bytes);
  // a flag, 2 bytes a step, 1 a zero level, of 4 channels
  REQUIRE(bytes.size() == 1 + 4 * 3);
  QuantizerSet read{kShape, 4, {}};
  REQUIRE(read.read_side_information(bytes, 4).empty());
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(read.quantizers[i].step == sent.quantizers[i].step);
    REQUIRE(read.quantizers[i].zero_level == sent.quantizers[i].zero_level);
  }
  for (std::size_t length = 0; length < bytes.size(); ++length)
    REQUIRE_THROWS_AS(read.read_side_information(std::span(bytes).first(length), 4), DamagedStream);
  bytes[2] = std::byte{0xFF};  // a negative step
  REQUIRE_THROWS_AS(read.read_side_information(bytes, 4), DamagedStream);
}

TEST_CASE("half floats err by half a unit in their last place and stop at the largest") {
  const std::vector<float> x = {0, -0.0F, 1, 1.0F / 3, -2.5F, 65504, 1e6F, -1e6F, 1e-7F, 6e-8F, 1e-9F};
  std::vector<std::uint16_t> halves(x.size());
  to_halves(x, halves);
  std::vector<float> back(x.size());
  to_floats(halves, back);
  for (std::size_t i = 0; i < 6; ++i) REQUIRE(std::abs(back[i] - x[i]) <= std::abs(x[i]) / 2048);
  REQUIRE(back[6] == 65504);
  REQUIRE(back[7] == -65504);
  for (std::size_t i = 8; i < x.size(); ++i) REQUIRE(std::abs(back[i] - x[i]) <= std::ldexp(1.0F, -25));
}
