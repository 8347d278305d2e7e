#include "tests/catch.hpp"
#include "tests/models/payloads.hpp"
#include "tests/models/samples.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kGrey{1, 28, 28};
constexpr FeatureShape kColour{3, 32, 48};

}  // namespace

TEST_CASE("a jpeg loses little at high quality and more at low quality") {
  for (const FeatureShape& shape : {kGrey, kColour}) {
    const std::vector<float> x = blob_picture(shape);
    const double fine = root_mean_square_error(x, decode("jpeg95", shape, encode("jpeg95", shape, x)));
    const double coarse = root_mean_square_error(x, decode("jpeg10", shape, encode("jpeg10", shape, x)));
    REQUIRE(fine < 2);
    REQUIRE(coarse > fine);
    REQUIRE(coarse < 20);
  }
}

TEST_CASE("a jpeg's payload grows with its quality") {
  const std::vector<float> x = blob_picture(kGrey);
  REQUIRE(encode("jpeg30", kGrey, x).size() < encode("jpeg90", kGrey, x).size());
}

TEST_CASE("a jpeg carries nothing that both ends know") {
  // 28x28 are 16 blocks. A black picture: the first DC difference takes at most 2 + 11 bits of code and
  // value, the others 2 bits each, every end of block 4 bits: (13 + 15 x 2 + 16 x 4) / 8 < 14 bytes, and the
  // checksum. With headers it would be more than 300.
  const std::vector<float> black(784, 0.0F);
  REQUIRE(encode("jpeg75", kGrey, black).size() <= 14 + kChecksumBytes);
}

TEST_CASE("one jpeg encoder codes every picture alike") {
  const auto codec = make_codec("jpeg75");
  const auto encoder = codec->make_encoder(kColour);
  const std::vector<float> x = blob_picture(kColour);
  const std::vector<std::byte> first = encoder->encode(x);
  encoder->encode(std::vector<float>(x.size(), 90.0F));
  REQUIRE(encoder->encode(x) == first);
}

TEST_CASE("a jpeg decoder refuses damaged streams") {
  const std::vector<float> x = blob_picture(kGrey);
  const std::vector<std::byte> payload = encode("jpeg75", kGrey, x);
  REQUIRE_THROWS_AS(decode("jpeg75", kGrey, {}), DamagedStream);
  REQUIRE_THROWS_AS(decode("jpeg75", kGrey, std::span(payload).first(payload.size() / 2)), DamagedStream);

  std::vector<std::byte> with_marker = payload;
  with_marker.push_back(std::byte{0xFF});
  with_marker.push_back(std::byte{0xD9});
  REQUIRE_THROWS_AS(decode("jpeg75", kGrey, with_marker), DamagedStream);

  // Codes of all ones do not exist in the default tables.
  std::vector<std::byte> garbage;
  for (int i = 0; i < 100; ++i) garbage.insert(garbage.end(), {std::byte{0xFF}, std::byte{0x00}});
  REQUIRE_THROWS_AS(decode("jpeg75", kGrey, garbage), DamagedStream);
}

TEST_CASE("jpeg refuses what is no picture") {
  REQUIRE_THROWS_AS(make_codec("jpeg75")->make_encoder({5, 15, 15}), std::invalid_argument);
}
