#include <boost/random/normal_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"
#include "tests/models/payloads.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kShape{4, 8, 8};

/// What stands behind a ReLU: half zeros, the rest like the positive half of a normal distribution.
std::vector<float> rectified_feature() {
  RandomEngine random = random_stream(7, 0, 0, "a feature");
  boost::random::normal_distribution<float> normal;
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()));
  for (float& value : x) value = std::max(0.0F, normal(random));
  return x;
}

std::vector<float> signed_feature() {
  std::vector<float> x = rectified_feature();
  for (std::size_t i = 0; i < x.size(); i += 2) x[i] = 0.3F * x[i] - 1.7F;
  return x;
}

float largest_error(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

std::vector<float> some_pixels() {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 37 % 256);
  return x;
}

}  // namespace

TEST_CASE("raw_f32 gives back every bit in four bytes an element") {
  std::vector<float> x = signed_feature();
  x[0] = -0.0F;
  x[1] = 1e-42F;  // denormal
  const std::vector<std::byte> payload = encode("raw_f32", kShape, x);
  // 4 x 8 x 8 elements of 4 bytes
  REQUIRE(payload.size() == 1024);
  const std::vector<float> back = decode("raw_f32", kShape, payload);
  REQUIRE(std::memcmp(back.data(), x.data(), 1024) == 0);
}

TEST_CASE("raw_u8 gives back every pixel in a byte each") {
  const std::vector<float> x = some_pixels();
  const std::vector<std::byte> payload = encode("raw_u8", kShape, x);
  REQUIRE(payload.size() == 256);
  REQUIRE(decode("raw_u8", kShape, payload) == x);
}

TEST_CASE("an image codec refuses what is no pixel") {
  for (const float value : {-1.0F, 256.0F, 0.5F, std::nanf("")}) {
    std::vector<float> x = some_pixels();
    x[3] = value;
    REQUIRE_THROWS_AS(encode("raw_u8", kShape, x), std::invalid_argument);
  }
}

TEST_CASE("int8_zstd errs by half a step at most") {
  // One sign: 255 steps from 0 to the largest value.
  const std::vector<float> positive = rectified_feature();
  const float high = *std::max_element(positive.begin(), positive.end());
  REQUIRE(largest_error(positive, decode("int8_zstd", kShape, encode("int8_zstd", kShape, positive))) <=
          1.0001F * high / 255 / 2);

  // Both signs: 254 steps over the range, so that 0 can fall on a level.
  const std::vector<float> both = signed_feature();
  const auto [low_it, high_it] = std::minmax_element(both.begin(), both.end());
  REQUIRE(largest_error(both, decode("int8_zstd", kShape, encode("int8_zstd", kShape, both))) <=
          1.0001F * (*high_it - *low_it) / 254 / 2);
}

TEST_CASE("int8_zstd keeps zeros and nothing else at zero when the rest is far from it") {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()), 0.0F);
  for (std::size_t i = 0; i < x.size(); i += 3) x[i] = i % 2 == 0 ? 1.0F : -0.37F;
  const std::vector<float> back = decode("int8_zstd", kShape, encode("int8_zstd", kShape, x));
  for (std::size_t i = 0; i < x.size(); ++i) REQUIRE((back[i] == 0) == (x[i] == 0));
}

TEST_CASE("int8_zstd reaches both ends of the range") {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()), 0.25F);
  x[5] = -3.0F;
  x[6] = 1.0F;
  const std::vector<float> back = decode("int8_zstd", kShape, encode("int8_zstd", kShape, x));
  const float half_step = 4.0F / 254 / 2;
  REQUIRE(std::abs(back[5] + 3.0F) <= 1.0001F * half_step);
  REQUIRE(std::abs(back[6] - 1.0F) <= 1.0001F * half_step);
}

TEST_CASE("int8_zstd codes a feature of zeros in a few bytes") {
  const std::vector<float> zeros(static_cast<std::size_t>(kShape.elements()), 0.0F);
  const std::vector<std::byte> payload = encode("int8_zstd", kShape, zeros);
  // side information 5; frame header 2, block header 3, a literal and one match in about 10
  REQUIRE(payload.size() <= 20);
  REQUIRE(decode("int8_zstd", kShape, payload) == zeros);
}

TEST_CASE("int8_zstd survives values too small for a step") {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()), 0.0F);
  x[0] = 1e-44F;
  const std::vector<float> back = decode("int8_zstd", kShape, encode("int8_zstd", kShape, x));
  REQUIRE(std::abs(back[0] - x[0]) < 1e-37F);
}

TEST_CASE("every codec refuses a stream cut short or with bytes left over") {
  for (const char* name : {"raw_f32", "raw_u8", "int8_zstd"}) {
    const std::string codec = name;
    const std::vector<float> x = codec == "raw_u8" ? some_pixels() : rectified_feature();
    std::vector<std::byte> payload = encode(codec, kShape, x);
    for (std::size_t length = 0; length < payload.size(); ++length) {
      INFO(codec << " cut to " << length << " of " << payload.size());
      REQUIRE_THROWS_AS(decode(codec, kShape, std::span(payload).first(length)), DamagedStream);
    }
    payload.push_back(std::byte{0});
    REQUIRE_THROWS_AS(decode(codec, kShape, payload), DamagedStream);
  }
}

TEST_CASE("int8_zstd refuses garbage and goes on with the next sound payload") {
  const auto decoder = make_codec("int8_zstd")->make_decoder(kShape);
  std::vector<float> out(static_cast<std::size_t>(kShape.elements()));
  const std::vector<float> x = rectified_feature();
  const std::vector<std::byte> sound = encode("int8_zstd", kShape, x);

  std::vector<std::byte> bad_step = sound;
  bad_step[3] = std::byte{0xFF};  // the sign of the step
  REQUIRE_THROWS_AS(decoder->decode(bad_step, out), DamagedStream);

  std::vector<std::byte> bad_frame = sound;
  std::fill(bad_frame.begin() + 5, bad_frame.end(), std::byte{0xA5});
  REQUIRE_THROWS_AS(decoder->decode(bad_frame, out), DamagedStream);

  decoder->decode(sound, out);
  REQUIRE(largest_error(x, out) < 0.01F);
}
