#include "tests/catch.hpp"
#include "tests/models/payloads.hpp"
#include "tests/models/samples.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kShape{3, 16, 16};

struct Sent {
  std::unique_ptr<Codec> codec;
  std::vector<float> x;
  std::vector<std::byte> payload;
};

Sent send(const std::string& name) {
  std::vector<float> x =
      make_codec(name)->signal() == Signal::image ? blob_picture(kShape) : rectified_feature(kShape);
  std::unique_ptr<Codec> codec = fitted_codec(name, kShape, x);
  std::vector<std::byte> payload = codec->make_encoder(kShape)->encode(x);
  return {std::move(codec), std::move(x), std::move(payload)};
}

std::vector<std::string> all_examples() {
  std::vector<std::string> names = codec_examples(Signal::image);
  const std::vector<std::string> features = codec_examples(Signal::feature);
  names.insert(names.end(), features.begin(), features.end());
  return names;
}

}  // namespace

TEST_CASE("every codec refuses a stream with any byte changed and goes on with the next sound one") {
  for (const std::string& name : all_examples()) {
    Sent sent = send(name);
    const auto decoder = sent.codec->make_decoder(kShape);
    std::vector<float> out(sent.x.size());
    for (std::size_t i = 0; i < sent.payload.size(); ++i)
      for (const int change : {0x01, 0x80, 0xFF}) {
        INFO(name << ", byte " << i << " of " << sent.payload.size());
        std::vector<std::byte> damaged = sent.payload;
        damaged[i] ^= static_cast<std::byte>(change);
        REQUIRE_THROWS_AS(decoder->decode(damaged, out), DamagedStream);
      }
    decoder->decode(sent.payload, out);
    REQUIRE(out == decode(*sent.codec, kShape, sent.payload));
  }
}

TEST_CASE("every codec refuses a stream cut short or with bytes left over") {
  for (const std::string& name : all_examples()) {
    Sent sent = send(name);
    const auto decoder = sent.codec->make_decoder(kShape);
    std::vector<float> out(sent.x.size());
    for (std::size_t length = 0; length < sent.payload.size(); ++length) {
      INFO(name << " cut to " << length << " of " << sent.payload.size());
      REQUIRE_THROWS_AS(decoder->decode(std::span(sent.payload).first(length), out), DamagedStream);
    }
    sent.payload.push_back(std::byte{0});
    REQUIRE_THROWS_AS(decoder->decode(sent.payload, out), DamagedStream);
  }
}

TEST_CASE("a stream with a state is refused from the payload that is missing on") {
  for (const std::string& name : all_examples()) {
    const Sent sent = send(name);
    if (!sent.codec->stateful()) continue;
    INFO(name);
    const auto encoder = sent.codec->make_encoder(kShape);
    const auto decoder = sent.codec->make_decoder(kShape);
    std::vector<float> out(sent.x.size());
    decoder->decode(encoder->encode(sent.x), out);
    encoder->encode(sent.x);  // lost
    REQUIRE_THROWS_AS(decoder->decode(encoder->encode(sent.x), out), DamagedStream);
    REQUIRE_THROWS_AS(decoder->decode(encoder->encode(sent.x), out), DamagedStream);
  }
}

TEST_CASE("what one codec made no other takes, nor the same for another shape or other ranges") {
  const std::vector<float> x = rectified_feature(kShape);
  const std::vector<std::byte> payload = encode("int8_zstd", kShape, x);
  REQUIRE_THROWS_AS(decode("int6_zstd", kShape, payload), DamagedStream);
  REQUIRE_THROWS_AS(decode("int8_zstd", {3, 8, 32}, payload), DamagedStream);

  const auto codec = fitted_codec("int8_minmax_zstd", kShape, x);
  std::vector<float> twice = x;
  for (float& value : twice) value *= 2;
  const auto other = fitted_codec("int8_minmax_zstd", kShape, twice);
  REQUIRE_THROWS_AS(decode(*other, kShape, codec->make_encoder(kShape)->encode(x)), DamagedStream);
}

TEST_CASE("a codec that is to be fitted refuses to work before") {
  REQUIRE_THROWS_AS(make_codec("int8_minmax_zstd")->make_encoder(kShape), std::logic_error);
  REQUIRE_THROWS_AS(make_codec("int8_per_channel_mse_zstd")->make_decoder(kShape), std::logic_error);
}
