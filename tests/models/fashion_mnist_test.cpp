#include "models/data/fashion_mnist.hpp"

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/idx_writer.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

void write_images(const fs::path& path, std::uint32_t count, std::uint32_t side = 28) {
  write_text(path, idx_text({count, side, side}, std::string(count * side * side, '\x50')));
}

/// `count` labels, 0 to 9 in turn.
void write_labels(const fs::path& path, std::uint32_t count) {
  std::string values;
  for (std::uint32_t i = 0; i < count; ++i) values += static_cast<char>(i % 10);
  write_text(path, idx_text({count}, values));
}

void write_small_copy(const ScratchDirectory& folder) {
  write_images(folder / "train-images-idx3-ubyte", 120);
  write_labels(folder / "train-labels-idx1-ubyte", 120);
  write_images(folder / "t10k-images-idx3-ubyte", 20);
  write_labels(folder / "t10k-labels-idx1-ubyte", 20);
}

}  // namespace

TEST_CASE("Fashion-MNIST is split into three sets with its files named") {
  const ScratchDirectory folder;
  write_small_copy(folder);
  const Dataset data = read_fashion_mnist(folder.path());
  // A twelfth of 120 is held back.
  REQUIRE(data.train.images() == 110);
  REQUIRE(data.validation.images() == 10);
  REQUIRE(data.test.images() == 20);
  REQUIRE(data.train.pixels.size() == 110 * 784);
  REQUIRE(data.num_classes() == 10);
  REQUIRE(data.files.size() == 4);
  REQUIRE(data.files[3].name == "t10k-labels-idx1-ubyte");
  REQUIRE(data.files[3].sha256.size() == 64);
}

TEST_CASE("5000 of the published training images are held back") {
  REQUIRE(fashion_mnist_validation_images(60000) == 5000);
}

TEST_CASE("a label that is no class is an error that names it") {
  const ScratchDirectory folder;
  write_small_copy(folder);
  write_text(folder / "t10k-labels-idx1-ubyte", idx_text({20}, std::string(19, '\1') + '\x0a'));
  REQUIRE_THROWS_WITH(read_fashion_mnist(folder.path()), ContainsSubstring("t10k-labels") &&
                                                             ContainsSubstring("label 19 is 10") &&
                                                             ContainsSubstring("0 to 9"));
}

TEST_CASE("images and labels that do not fit are an error") {
  const ScratchDirectory folder;
  write_small_copy(folder);
  write_labels(folder / "t10k-labels-idx1-ubyte", 19);
  REQUIRE_THROWS_WITH(read_fashion_mnist(folder.path()),
                      ContainsSubstring("19 labels") && ContainsSubstring("20 images"));
  write_small_copy(folder);
  write_images(folder / "train-images-idx3-ubyte", 120, 32);
  REQUIRE_THROWS_WITH(read_fashion_mnist(folder.path()),
                      ContainsSubstring("32x32") && ContainsSubstring("28x28"));
}

TEST_CASE("a missing file is an error that says which package brings it") {
  const ScratchDirectory folder;
  write_small_copy(folder);
  fs::remove(folder / "train-labels-idx1-ubyte");
  REQUIRE_THROWS_WITH(read_fashion_mnist(folder.path()), ContainsSubstring("train-labels-idx1-ubyte") &&
                                                             ContainsSubstring("dataset-fashion-mnist"));
}

TEST_CASE("a dataset is found by name within a folder of datasets or in its own") {
  const ScratchDirectory folder;
  write_small_copy(folder);
  REQUIRE(load_dataset("fashion_mnist", folder.path()).test.images() == 20);
  REQUIRE_THROWS_WITH(load_dataset("fashion_mnits", folder.path()),
                      ContainsSubstring("did you mean \"fashion_mnist\"?"));
  REQUIRE_THROWS_WITH(load_dataset("fashion_mnist", folder / "absent"), ContainsSubstring("no such folder"));
}
