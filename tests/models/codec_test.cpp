#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "models/codec/picture_coding.hpp"
#include "models/codec/tile_grid.hpp"
#include "tests/catch.hpp"
#include "tests/models/payloads.hpp"
#include "tests/models/samples.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kShape{4, 8, 8};

/// Rounding a step to 16 bits, and then a float's rounding.
constexpr float kRounding = 1.0079F;

/// The same picture, moved on by a column a frame.
std::vector<float> moved(const std::vector<float>& x, const FeatureShape& shape, std::int64_t columns) {
  std::vector<float> out(x.size());
  for (std::int64_t row = 0; row < shape.channels * shape.height; ++row)
    for (std::int64_t column = 0; column < shape.width; ++column)
      out[static_cast<std::size_t>(row * shape.width + column)] =
          x[static_cast<std::size_t>(row * shape.width + (column + columns) % shape.width)];
  return out;
}

}  // namespace

TEST_CASE("a lossless codec gives back every bit") {
  std::vector<float> x = signed_feature(kShape);
  x[0] = -0.0F;
  x[1] = 1e-42F;  // denormal
  for (const std::string& name : codec_examples(Signal::feature)) {
    const auto codec = make_codec(name);
    if (!codec->lossless()) continue;
    INFO(name);
    const std::vector<float> back = delivered(*codec, kShape, x);
    REQUIRE(std::memcmp(back.data(), x.data(), x.size() * sizeof(float)) == 0);
  }
  const std::vector<float> picture = blob_picture({3, 16, 16});
  for (const std::string& name : codec_examples(Signal::image)) {
    const auto codec = make_codec(name);
    INFO(name);
    if (codec->lossless()) REQUIRE(delivered(*codec, {3, 16, 16}, picture) == picture);
  }
}

TEST_CASE("a lossy codec loses little where it is asked for that and more where it is asked for less") {
  const FeatureShape shape{16, 16, 16};
  std::vector<float> x = blob_picture(shape);  // smooth, as the encoders expect
  for (float& value : x) value /= 50;
  std::vector<std::array<std::string, 2>> pairs{{"int8_jpeg95", "int8_jpeg20"},
                                                {"int8_jxl_d0.1", "int8_jxl_d5"}};
  if (has_hevc()) pairs.push_back({"hevc_qp8", "hevc_qp40"});
  for (const auto& [fine, coarse] : pairs) {
    INFO(fine);
    const double little = root_mean_square_error(x, delivered(*make_codec(fine), shape, x));
    const double more = root_mean_square_error(x, delivered(*make_codec(coarse), shape, x));
    REQUIRE(little < 0.02 * 4.6);  // of the range
    REQUIRE(more > little);
    REQUIRE(more < 0.2 * 4.6);
    REQUIRE(encode(coarse, shape, x).size() < encode(fine, shape, x).size());
  }
}

TEST_CASE("tiles keep every channel in its place") {
  for (const std::int64_t channels : {1, 2, 3, 5, 6, 7, 13, 64}) {
    const FeatureShape shape{channels, 3, 5};
    const TileGrid grid(SampleFormat{shape, SampleType::u16});
    std::vector<std::uint16_t> numbers(static_cast<std::size_t>(shape.elements())), back(numbers.size());
    std::iota(numbers.begin(), numbers.end(), std::uint16_t{1});
    std::vector<std::byte> picture(grid.picture().bytes(), std::byte{0xEE});
    grid.arrange(std::as_bytes(std::span(numbers)), picture);
    grid.take_apart(picture, std::as_writable_bytes(std::span(back)));
    REQUIRE(back == numbers);
    REQUIRE(grid.picture().width <= 5 * 13);
  }
  // 64 tiles of 8x8 are a square of 8 by 8 tiles.
  REQUIRE(TileGrid(SampleFormat{{64, 8, 8}}).picture().width == 64);
  REQUIRE(TileGrid(SampleFormat{{64, 8, 8}}).picture().height == 64);
}

TEST_CASE("every codec works on odd shapes, and its samples do not depend on those before") {
  for (const FeatureShape& shape : {FeatureShape{1, 1, 1}, FeatureShape{5, 15, 13}, FeatureShape{10, 1, 1}}) {
    const std::vector<float> x = signed_feature(shape);
    for (const std::string& name : codec_examples(Signal::feature)) {
      INFO(name << " on " << shape.channels << "x" << shape.height << "x" << shape.width);
      const auto codec = fitted_codec(name, shape, x);
      if (codec->stateful()) continue;
      const auto encoder = codec->make_encoder(shape);
      const auto decoder = codec->make_decoder(shape);
      std::vector<float> first(x.size()), again(x.size());
      decoder->decode(encoder->encode(x), first);
      decoder->decode(encoder->encode(rectified_feature(shape)), again);
      decoder->decode(encoder->encode(x), again);
      REQUIRE(first == again);
    }
  }
}

TEST_CASE("raw codecs take four, two and one byte an element, and a checksum") {
  const std::vector<float> x = rectified_feature(kShape);
  REQUIRE(encode("raw_f32", kShape, x).size() == 4 * 256 + kChecksumBytes);
  REQUIRE(encode("raw_f16", kShape, x).size() == 2 * 256 + kChecksumBytes);
  REQUIRE(encode("raw_u8", kShape, blob_picture(kShape)).size() == 256 + kChecksumBytes);
}

TEST_CASE("shuffled bytes pack smaller than floats do by themselves") {
  const FeatureShape shape{16, 16, 16};
  const std::vector<float> x = rectified_feature(shape);
  // Half zeros, exponents of few values: at most 0.7 of the bytes.
  REQUIRE(encode("f32_zstd", shape, x).size() < 0.7 * 4 * 4096);
  REQUIRE(encode("f16_zstd", shape, x).size() < 0.8 * 2 * 4096);
}

TEST_CASE("an image codec refuses what is no pixel") {
  for (const float value : {-1.0F, 256.0F, 0.5F, std::nanf("")}) {
    std::vector<float> x = blob_picture(kShape);
    x[3] = value;
    REQUIRE_THROWS_AS(encode("raw_u8", kShape, x), std::invalid_argument);
  }
}

TEST_CASE("a quantised feature errs by half a step at most") {
  // One sign: 2^B - 1 steps from 0 to the largest value.
  const std::vector<float> positive = rectified_feature(kShape);
  const float high = *std::max_element(positive.begin(), positive.end());
  // Both signs: one step less over the range, so that 0 can fall on a level.
  const std::vector<float> both = signed_feature(kShape);
  const auto [low_it, high_it] = std::minmax_element(both.begin(), both.end());
  const float range = *high_it - *low_it;
  for (const int bits : {8, 6, 4, 3, 2}) {
    const std::string name = "int" + std::to_string(bits) + "_zstd";
    INFO(name);
    const float steps = static_cast<float>((1 << bits) - 1);
    REQUIRE(largest_error(positive, delivered(*make_codec(name), kShape, positive)) <=
            kRounding * high / steps / 2);
    REQUIRE(largest_error(both, delivered(*make_codec(name), kShape, both)) <=
            kRounding * range / (steps - 1) / 2);
    const auto fitted = fitted_codec("int" + std::to_string(bits) + "_minmax_zstd", kShape, both);
    REQUIRE(largest_error(both, delivered(*fitted, kShape, both)) <= 1.0001F * range / (steps - 1) / 2);
  }
}

TEST_CASE("zeros stay zero and nothing else becomes zero when the rest is far from it") {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()), 0.0F);
  for (std::size_t i = 0; i < x.size(); i += 3) x[i] = i % 2 == 0 ? 1.0F : -0.9F;
  for (const char* name : {"int8_zstd", "int4_zstd", "int2_per_channel_zstd"}) {
    const std::vector<float> back = delivered(*make_codec(name), kShape, x);
    for (std::size_t i = 0; i < x.size(); ++i) REQUIRE((back[i] == 0) == (x[i] == 0));
  }
}

TEST_CASE("zeros cost next to nothing") {
  const FeatureShape shape{64, 8, 8};
  std::vector<float> zeros(4096, 0.0F);
  for (const std::string& name : codec_examples(Signal::feature)) {
    if (name.starts_with("raw_")) continue;
    // Own ranges of 64 channels take a flag and 2 bytes each; fitted ones must have been fitted to something.
    const auto codec = fitted_codec(name, shape, rectified_feature(shape));
    INFO(name);
    REQUIRE(codec->make_encoder(shape)->encode(zeros).size() <= 1 + 2 * 64 + 40 + kChecksumBytes);
  }
  // One tenth of 4096 values not zero, each of 4 bits: the entropy is 4096 x 0.469 bits for where they are
  // and 410 x 3.9 for what they are, 440 bytes; all of them not zero would take 2,000.
  std::vector<float> sparse = rectified_feature(shape);
  for (std::size_t i = 0; i < sparse.size(); ++i)
    sparse[i] = i * 2654435761U % 1024 < 102 ? sparse[i] + 0.5F : 0;
  REQUIRE(encode("int4_zstd", shape, sparse).size() < 640);
}

TEST_CASE("a quantised feature survives values too small for a step") {
  std::vector<float> x(static_cast<std::size_t>(kShape.elements()), 0.0F);
  x[0] = 1e-44F;
  const std::vector<float> back = decode("int8_zstd", kShape, encode("int8_zstd", kShape, x));
  REQUIRE(std::abs(back[0] - x[0]) < 1e-37F);
}

TEST_CASE("video takes less where an image is like the one before, and brings it back as well") {
  if (!has_hevc()) return;
  for (const FeatureShape& shape : {FeatureShape{1, 48, 64}, FeatureShape{3, 50, 70}}) {
    const std::vector<float> scene = blob_picture(shape);
    const auto codec = make_codec("hevc_crf20");
    REQUIRE(codec->stateful());
    const auto encoder = codec->make_encoder(shape);
    const auto decoder = codec->make_decoder(shape);
    std::size_t key_bytes = 0, other_bytes = 0;
    std::vector<float> out(scene.size());
    for (std::int64_t frame = 0; frame < 33; ++frame) {
      const std::vector<float> x = moved(scene, shape, frame);
      const std::vector<std::byte> payload = encoder->encode(x);
      (frame % 30 == 0 ? key_bytes : other_bytes) += payload.size();
      decoder->decode(payload, out);
      INFO("frame " << frame << " of " << shape.channels << " channels");
      REQUIRE(root_mean_square_error(x, out) < 6);
    }
    // Two key pictures and 31 others.
    REQUIRE(other_bytes / 31 < key_bytes / 2 / 2);
  }
}

TEST_CASE("streams of two devices do not mix") {
  if (!has_hevc()) return;
  const FeatureShape shape{1, 32, 32};
  const std::vector<float> a = blob_picture(shape), b(1024, 200.0F);
  const auto codec = make_codec("hevc_crf20");
  const auto alone = codec->make_encoder(shape), first = codec->make_encoder(shape),
             second = codec->make_encoder(shape);
  for (int frame = 0; frame < 4; ++frame) {
    const auto expected = alone->encode(a);
    const auto got = first->encode(a);
    second->encode(b);
    REQUIRE(got.size() == expected.size());
  }
}
