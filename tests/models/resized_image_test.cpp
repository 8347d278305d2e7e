#include "models/data/resized_image.hpp"

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("a shrunk picture's pixels are the means of what they cover, shares of pixels included") {
  // 3 pixels to 2: the first covers pixel 0 and half of pixel 1, (2 x 10 + 40) / 3 = 20; the second the rest.
  const DecodedImage line{{1, 1, 3}, {10, 40, 100}};
  REQUIRE(resized_image(line, 1, 2).pixels == std::vector<std::uint8_t>{20, 80});
  const DecodedImage square{{1, 2, 2}, {0, 10, 20, 30}};
  REQUIRE(resized_image(square, 1, 1).pixels == std::vector<std::uint8_t>{15});
}

TEST_CASE(
    "a picture keeps its mean and its planes apart when its size halves, and repeats pixels when it "
    "doubles") {
  const DecodedImage image{{2, 1, 2}, {10, 30, 200, 100}};
  const DecodedImage half = resized_image(image, 1, 1);
  REQUIRE(half.shape == FeatureShape{2, 1, 1});
  REQUIRE(half.pixels == std::vector<std::uint8_t>{20, 150});
  REQUIRE(resized_image(half, 1, 2).pixels == std::vector<std::uint8_t>{20, 20, 150, 150});
}

TEST_CASE("a picture of the wanted size stays as it is") {
  const DecodedImage image{{1, 1, 2}, {1, 2}};
  REQUIRE(resized_image(image, 1, 2).pixels == image.pixels);
}
