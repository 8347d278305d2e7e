#include "models/training/augmentation.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "models/training/batch_source.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

namespace {

/// Pictures of 1x1x2 whose left pixel is their number and whose right one is 100.
LabelledImages numbered_images(int count) {
  LabelledImages images;
  images.shape = {1, 1, 2};
  for (int i = 0; i < count; ++i) {
    images.pixels.insert(images.pixels.end(), {static_cast<std::uint8_t>(i), 100});
    images.labels.push_back(i);
  }
  return images;
}

/// Labels of those that an epoch shows mirrored.
std::set<std::int64_t> mirrored(const LabelledImages& images, const TrainingRecipe& recipe, int epoch) {
  BatchSource source(images, recipe, epoch);
  std::set<std::int64_t> found;
  for (int i = 0; i < source.batches(); ++i) {
    const Batch batch = source.next();
    for (std::int64_t image = 0; image < batch.labels.size(0); ++image)
      if (batch.pixels[image].flatten()[0].item<float>() == 100)
        found.insert(batch.labels[image].item<std::int64_t>());
  }
  return found;
}

}  // namespace

TEST_CASE("two epochs show every image from both sides") {
  const LabelledImages images = numbered_images(64);
  TrainingRecipe recipe;
  recipe.batch = 10;
  recipe.flip = true;
  const std::set<std::int64_t> even = mirrored(images, recipe, 0);
  const std::set<std::int64_t> odd = mirrored(images, recipe, 1);
  // Fair coins: fewer than 10 or more than 54 of 64 would be 5.5 deviations off.
  REQUIRE(even.size() > 10);
  REQUIRE(even.size() < 54);
  for (std::int64_t image = 0; image < 64; ++image) REQUIRE(even.contains(image) != odd.contains(image));
  REQUIRE(mirrored(images, recipe, 2) == even);
  recipe.flip = false;
  REQUIRE(mirrored(images, recipe, 1).empty());
}

TEST_CASE("blended images lie between the two of a pair, of any share, and have no label") {
  const LabelledImages images = numbered_images(64);
  TrainingRecipe recipe;
  recipe.batch = 64;
  recipe.shift = 0;
  const torch::Tensor whole = BatchSource(images, recipe, 3).next().pixels.flatten(1);
  recipe.blended = 1;
  const Batch batch = BatchSource(images, recipe, 3).next();
  REQUIRE_FALSE(batch.labels.defined());
  const torch::Tensor left = batch.pixels.flatten(1).select(1, 0);
  const torch::Tensor own = whole.select(1, 0);
  const torch::Tensor partner = own.flip(0);
  const torch::Tensor shares = (left - partner) / (own - partner);  // no image is its own partner
  REQUIRE(shares.min().item<double>() >= -1e-4);
  REQUIRE(shares.max().item<double>() <= 1 + 1e-4);
  // Uniform: the mean of 64 has a deviation of 1 / sqrt(12 x 64) = 0.036.
  REQUIRE(shares.mean().item<double>() == Approx(0.5).margin(0.15));
  REQUIRE(shares.max().item<double>() - shares.min().item<double>() > 0.8);
  REQUIRE(torch::equal(BatchSource(images, recipe, 3).next().pixels, batch.pixels));
}

TEST_CASE("a share of the steps is blended, the others keep their labels") {
  const LabelledImages images = numbered_images(250);
  TrainingRecipe recipe;
  recipe.batch = 1;
  recipe.blended = 0.4;
  BatchSource source(images, recipe, 1);
  int blended = 0;
  for (int i = 0; i < source.batches(); ++i) blended += source.next().labels.defined() ? 0 : 1;
  REQUIRE(blended == Approx(100).margin(40));  // five deviations of sqrt(250 x 0.4 x 0.6) = 7.7
}

TEST_CASE("a square is cut out of every channel, as far as it is in the image") {
  const FeatureShape shape{2, 4, 5};
  const auto grey_places = [&](std::int64_t top, std::int64_t left, std::int64_t side) {
    std::vector<float> image(40);
    cut_out(image, shape, top, left, side);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < image.size(); ++i)
      if (image[i] == 128) places.push_back(i);
    return places;
  };
  REQUIRE(grey_places(1, 2, 2) == std::vector<std::size_t>{7, 8, 12, 13, 27, 28, 32, 33});
  REQUIRE(grey_places(-1, -1, 2) == std::vector<std::size_t>{0, 20});
  REQUIRE(grey_places(3, 4, 2) == std::vector<std::size_t>{19, 39});
  REQUIRE(grey_places(0, 0, 9).size() == 40);
}

TEST_CASE("with cut-out each image loses a square of that side at most") {
  LabelledImages images;
  images.shape = {1, 8, 8};
  images.pixels.assign(50 * 64, 7);
  images.labels.assign(50, 0);
  TrainingRecipe recipe;
  recipe.cutout = 4;
  BatchSource source(images, recipe, 0);
  const torch::Tensor grey = source.next().pixels.eq(128).flatten(1).sum(1);
  // The centre is anywhere: 16 pixels where the square is whole, 2 x 2 in a corner at least.
  REQUIRE(grey.max().item<std::int64_t>() == 16);
  REQUIRE(grey.min().item<std::int64_t>() >= 4);
}
