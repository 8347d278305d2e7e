#include "models/data/cifar10.hpp"

#include <cstdlib>

#include "models/data/cifar_batch.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"
#include "tests/catch.hpp"
#include "tests/models/idx_writer.hpp"
#include "tests/models/picture_writer.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

std::string batch(int records) {
  std::string text;
  for (int i = 0; i < records; ++i) text += cifar_record(i % 10, static_cast<std::uint8_t>(i));
  return text;
}

void write_binary_version(const ScratchDirectory& folder) {
  for (int i = 1; i <= 5; ++i) write_text(folder / ("data_batch_" + std::to_string(i) + ".bin"), batch(20));
  write_text(folder / "test_batch.bin", batch(10));
}

}  // namespace

TEST_CASE("CIFAR-10's binary version is read with a tenth held back") {
  const ScratchDirectory folder;
  write_binary_version(folder);
  const Dataset data = read_cifar10(folder.path());
  // 5 batches of 20, less a tenth.
  REQUIRE(data.train.images() == 90);
  REQUIRE(data.validation.images() == 10);
  REQUIRE(data.test.images() == 10);
  REQUIRE(data.test.shape == FeatureShape{3, 32, 32});
  REQUIRE(data.test.image(7).front() == 7);
  REQUIRE(data.test.labels[7] == 7);
  REQUIRE(data.files.size() == 6);
  REQUIRE(data.further_tests.empty());
  REQUIRE_THAT(data.source, !ContainsSubstring("JPEG"));
}

TEST_CASE("a batch of the wrong length or with a label that is no class is an error that names it") {
  const ScratchDirectory folder;
  write_text(folder / "short.bin", batch(3).substr(1));
  REQUIRE_THROWS_WITH(read_cifar_batch(folder / "short.bin", 10), ContainsSubstring("short.bin") &&
                                                                      ContainsSubstring("9218 bytes") &&
                                                                      ContainsSubstring("records of 3073"));
  write_text(folder / "empty.bin", "");
  REQUIRE_THROWS_WITH(read_cifar_batch(folder / "empty.bin", 10), ContainsSubstring("empty.bin"));
  write_text(folder / "label.bin", batch(2) + cifar_record(10, 0));
  REQUIRE_THROWS_WITH(read_cifar_batch(folder / "label.bin", 10), ContainsSubstring("label.bin") &&
                                                                      ContainsSubstring("image 2 is 10") &&
                                                                      ContainsSubstring("0 to 9"));
}

TEST_CASE("pictures take the place of batches, and true pixels beside them are a further test set") {
  const ScratchDirectory folder;
  std::map<std::string, std::string> pictures;
  for (int i = 0; i < 10; ++i)
    pictures["p/" + std::to_string(i) + "_" + std::to_string(i) + ".jpg"] =
        jpeg_text(32, 32, static_cast<std::uint8_t>(20 * i), 0, 0);
  for (int i = 1; i <= 5; ++i)
    write_tar(folder / ("data_batch_" + std::to_string(i) + "_jpeg.tar.xz"), pictures);
  write_tar(folder / "test_batch_jpeg.tar.xz", pictures);
  write_text(folder / "test_batch_first2_lossless.bin", batch(2));
  const Dataset data = read_cifar10(folder.path());
  REQUIRE(data.train.images() + data.validation.images() == 50);
  REQUIRE(data.test.labels[3] == 3);
  REQUIRE(data.further_tests.size() == 1);
  REQUIRE(data.further_tests[0].name == "true pixels");
  REQUIRE(data.further_tests[0].images.images() == 2);
  REQUIRE_THAT(data.source, ContainsSubstring("JPEG"));

  pictures["p/9_10.jpg"] = jpeg_text(32, 32, 1, 1, 1);
  write_tar(folder / "test_batch_jpeg.tar.xz", pictures);
  REQUIRE_THROWS_WITH(read_cifar10(folder.path()),
                      ContainsSubstring("test_batch_jpeg.tar.xz") && ContainsSubstring("is 10"));
  write_tar(folder / "test_batch_jpeg.tar.xz", {{"0_0.jpg", jpeg_text(16, 16, 1, 1, 1)}});
  REQUIRE_THROWS_WITH(read_cifar10(folder.path()),
                      ContainsSubstring("3x16x16") && ContainsSubstring("3x32x32"));
}

TEST_CASE("a batch that is missing is named with the forms that it may have") {
  const ScratchDirectory folder;
  write_binary_version(folder);
  fs::remove(folder / "data_batch_4.bin");
  REQUIRE_THROWS_WITH(read_cifar10(folder.path()), ContainsSubstring("data_batch_4") &&
                                                       ContainsSubstring("data_batch_4.bin") &&
                                                       ContainsSubstring("data_batch_4.tar.xz"));
}

TEST_CASE("the true CIFAR-10 has 5000 training and 1000 test images of each class") {
  const auto folder = find_dataset("cifar10");
  if (!folder) {
    WARN("CIFAR-10 is not on this machine (a folder cifar10 in OFFRAMP_DATA): nothing read");
    return;
  }
  const Dataset data = read_cifar10(*folder);
  REQUIRE(data.train.images() == 45000);
  REQUIRE(data.validation.images() == 5000);
  REQUIRE(data.test.images() == 10000);
  for (const auto& [set, each] : {std::pair{&data.train, 4500}, {&data.validation, 500}, {&data.test, 1000}})
    for (std::int32_t label = 0; label < 10; ++label)
      REQUIRE(std::count(set->labels.begin(), set->labels.end(), label) == each);
}
