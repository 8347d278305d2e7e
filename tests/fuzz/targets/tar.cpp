// Archives of pictures.
#include <memory>

#include "models/data/image_collection.hpp"
#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"
#include "tests/fuzz/targets/packed_text.hpp"
#include "tests/models/picture_writer.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("pictures.tar");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    try {
      const ImageCollection collection = read_image_collection(file->write(input));
      const LabelledImages& images = collection.images;
      require(
          images.pixels.size() == images.labels.size() * static_cast<std::size_t>(images.shape.elements()),
          "each label has its pixels");
    } catch (const UserError&) {
    }
  };
  const std::map<std::string, std::string> files{{"0_7.png", png_text(2, 1, {255, 0, 0, 10, 20, 30})},
                                                 {"1_2.png", png_text(2, 1, {1, 2, 3, 4, 5, 6})}};
  const std::map<std::string, std::string> folders{{"cat/a.jpg", jpeg_text(8, 8, 10, 20, 30)},
                                                   {"dog/b.jpg", jpeg_text(8, 8, 30, 20, 10)}};
  target.seeds = {tar_text(files, Packed::plain), tar_text(folders, Packed::plain),
                  tar_text(files, Packed::gzip), tar_text(folders, Packed::xz),
                  tar_text(files, Packed::zstd)};
  target.tokens = {"ustar",    "0_7.png",          ".jpg",        "\x89PNG",
                   "\xff\xd8", "../../x.png",      "/etc/x.png",  std::string(512, '\0'),
                   "path=",    "GNU.sparse.size=", "\x1f\x8b\x08"};
  target.memory = {20 * 4'096, 256u << 20};
  return target;
}

}  // namespace offramp::fuzz
