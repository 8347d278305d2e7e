// IDX files (MNIST and its like), plain and gzipped.
#include "models/data/idx_file.hpp"

#include <zlib.h>

#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {
namespace {

std::string packed(const std::string& text) {
  return written([&](const std::filesystem::path& to) {
    gzFile file = ::gzopen(to.c_str(), "wb");
    ::gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    ::gzclose(file);
  });
}

}  // namespace

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("images.gz");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    const auto& path = file->write(input);
    for (const std::size_t dimensions : {1, 3}) {
      try {
        const IdxArray array = read_idx_file(path, dimensions);
        std::size_t values = 1;
        for (const std::size_t size : array.dimensions) values *= size;
        require(array.values.size() == values, "there are as many values as the dimensions say");
      } catch (const UserError&) {
      }
    }
  };
  const std::string labels("\0\0\x08\x01\0\0\0\x03\x01\x02\x03", 11);
  const std::string images = std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03", 16) + "abcdefghijkl";
  target.seeds = {labels, images, packed(labels), packed(images), packed(std::string(100'000, '\0'))};
  target.tokens = {std::string("\0\0\x08\x03", 4), std::string("\0\0\x08\x01", 4), "\xff\xff\xff\xff",
                   "\x1f\x8b\x08"};
  target.memory = {2'100, 1u << 20};
  return target;
}

}  // namespace offramp::fuzz
