#include "models/data/image_collection.hpp"

#include "models/data/dataset.hpp"
#include "models/data/image_dataset.hpp"
#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/idx_writer.hpp"
#include "tests/models/picture_writer.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

// 2x1 pixels: red, then a mixed colour.
const std::string kPng = png_text(2, 1, {255, 0, 0, 10, 20, 30});

}  // namespace

TEST_CASE("an archive that unpacks to a thousand times its size is refused") {
  // 16 MiB of zeros are about 3 kB of xz, which may become 1,024 times as much and 1 MiB.
  const ScratchDirectory folder;
  write_tar(folder / "bomb.tar.xz", {{"0_1.png", std::string(std::size_t{16} << 20, '\0')}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "bomb.tar.xz"),
                      ContainsSubstring("unpacks to more than 1024 times"));
}

TEST_CASE("a picture's pixels come channel by channel") {
  const ScratchDirectory folder;
  write_text(folder / "0_7.png", kPng);
  const LabelledImages images = read_image_collection(folder.path()).images;
  REQUIRE(images.shape == FeatureShape{3, 1, 2});
  REQUIRE(images.pixels == std::vector<std::uint8_t>{255, 10, 0, 20, 0, 30});
  REQUIRE(images.labels == std::vector<std::int32_t>{7});
}

TEST_CASE(
    "an archive, packed or not, and a folder with the same pictures are read alike, in the order of names") {
  const ScratchDirectory folder;
  std::map<std::string, std::string> files{{"set/0001_3.png", kPng},
                                           {"set/0000_12.png", png_text(2, 1, {1, 2, 3, 4, 5, 6})}};
  write_tar(folder / "set.tar", files);
  write_tar(folder / "set.tar.xz", files);
  fs::create_directories(folder / "pictures");
  write_text(folder / "pictures" / "0001_3.png", kPng);
  write_text(folder / "pictures" / "0000_12.png", files["set/0000_12.png"]);
  for (const char* name : {"set.tar", "set.tar.xz", "pictures"}) {
    const LabelledImages images = read_image_collection(folder / name).images;
    REQUIRE(images.labels == std::vector<std::int32_t>{12, 3});
    REQUIRE(images.pixels == std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6, 255, 10, 0, 20, 0, 30});
  }
}

TEST_CASE("folders of classes are labels in the order of their names") {
  const ScratchDirectory folder;
  for (const char* name : {"dog", "cat", "eel"}) {
    fs::create_directories(folder / name);
    write_text(folder / name / "a.jpg", jpeg_text(8, 8, 200, 100, 50));
  }
  const ImageCollection collection = read_image_collection(folder.path());
  REQUIRE(collection.class_names == std::vector<std::string>{"cat", "dog", "eel"});
  REQUIRE(collection.images.labels == std::vector<std::int32_t>{0, 1, 2});
  // Quality 95 keeps a flat colour within 2 of 255.
  REQUIRE(std::abs(int{collection.images.pixels[0]} - 200) <= 2);
}

TEST_CASE("a picture that does not decode is named with its file and the cause") {
  const ScratchDirectory folder;
  std::string cut = jpeg_text(32, 32, 1, 200, 3);
  cut.resize(cut.size() / 2);
  write_tar(folder / "cut.tar", {{"a/0_1.jpg", jpeg_text(32, 32, 1, 2, 3)}, {"a/1_1.jpg", cut}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "cut.tar"),
                      ContainsSubstring("cut.tar") && ContainsSubstring("a/1_1.jpg does not decode"));
  write_tar(folder / "text.tar", {{"0_1.png", "no picture"}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "text.tar"), ContainsSubstring("neither JPEG nor PNG"));
  std::string damaged = kPng;
  damaged[damaged.size() - 20] ^= 0x55;
  write_tar(folder / "png.tar", {{"0_1.png", damaged}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "png.tar"),
                      ContainsSubstring("0_1.png does not decode"));
}

TEST_CASE("pictures of two sizes, without a label, or none at all are errors that name the file") {
  const ScratchDirectory folder;
  write_tar(folder / "sizes.tar", {{"0_1.png", kPng}, {"1_1.png", png_text(1, 1, {1, 2, 3})}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "sizes.tar"),
                      ContainsSubstring("1_1.png is 3x1x1") && ContainsSubstring("0_1.png is 3x1x2"));
  write_tar(folder / "unlabelled.tar", {{"picture.png", kPng}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "unlabelled.tar"),
                      ContainsSubstring("picture.png has no label"));
  write_tar(folder / "empty.tar", {{"README", "nothing"}});
  REQUIRE_THROWS_WITH(read_image_collection(folder / "empty.tar"), ContainsSubstring("holds no picture"));
}

TEST_CASE("an archive that is cut short is an error that names it") {
  const ScratchDirectory folder;
  write_tar(folder / "whole.tar.xz", {{"0_1.png", kPng}});
  write_text(folder / "cut.tar.xz", [&] {
    std::ifstream file(folder / "whole.tar.xz", std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    return text.substr(0, text.size() / 2);
  }());
  REQUIRE_THROWS_WITH(read_image_collection(folder / "cut.tar.xz"),
                      ContainsSubstring("cut.tar.xz") && ContainsSubstring("damaged or cut short"));
}

TEST_CASE("a dataset of one's own has as many classes as its labels say") {
  const ScratchDirectory folder;
  std::map<std::string, std::string> train;
  for (int i = 0; i < 24; ++i) train[std::to_string(100 + i) + "_" + std::to_string(i % 12) + ".png"] = kPng;
  fs::create_directories(folder / "mine");
  write_tar(folder / "mine" / "train.tar", train);
  write_tar(folder / "mine" / "test.tar", {{"0_11.png", kPng}});
  const Dataset data = load_dataset("mine", folder.path());
  REQUIRE(data.name == "mine");
  REQUIRE(data.num_classes() == 12);
  // A tenth of 24 is held back.
  REQUIRE(data.validation.images() == 2);
  REQUIRE(data.train.images() == 22);
  REQUIRE(data.test.images() == 1);
  REQUIRE(data.files.size() == 2);

  write_text(folder / "mine" / "classes.txt", "one\ntwo\n");
  REQUIRE_THROWS_WITH(
      load_dataset("mine", folder.path()),
      ContainsSubstring("train.tar") && ContainsSubstring("is 2, but there are 2 classes (0 to 1)"));
}
