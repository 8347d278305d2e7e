// One JPEG or PNG file.
#include <stdexcept>

#include "models/data/decoded_image.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/models/picture_writer.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  FuzzTarget target;
  target.read = [](Bytes input) {
    try {
      const DecodedImage image = decode_image(input);
      require(image.pixels.size() == static_cast<std::size_t>(image.shape.elements()),
              "all pixels are there");
    } catch (const std::runtime_error&) {
    }
  };
  target.seeds = {jpeg_text(8, 8, 10, 200, 30), jpeg_text(40, 24, 1, 2, 3),
                  png_text(2, 1, {255, 0, 0, 10, 20, 30}),
                  png_text(16, 16, std::vector<std::uint8_t>(768, 9))};
  target.tokens = {
      "\xff\xd8", "\xff\xc2", "\xff\xc0", "\xff\xda", "\xff\xd9", "\xff\xdd", "\xff\xee",
      "IHDR",     "IDAT",     "PLTE",     "tRNS",     "IEND",     "\xff\xff", "\x89PNG\r\n\x1a\n"};
  // 4,096 pixels of three bytes for each byte of the file, interleaved and then in planes, and what libjpeg
  // holds of a progressive picture's coefficients (two bytes each).
  target.memory = {16 * 4'096, 16u << 20};
  return target;
}

}  // namespace offramp::fuzz
