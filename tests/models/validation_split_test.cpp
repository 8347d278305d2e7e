#include "models/data/validation_split.hpp"

#include <algorithm>
#include <set>

#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Images of two pixels that hold their own number; image i is of class i % 3.
LabelledImages numbered_images(std::size_t count) {
  LabelledImages images;
  images.shape = {1, 1, 2};
  for (std::size_t i = 0; i < count; ++i) {
    images.pixels.push_back(static_cast<std::uint8_t>(i / 256));
    images.pixels.push_back(static_cast<std::uint8_t>(i % 256));
    images.labels.push_back(static_cast<std::int32_t>(i % 3));
  }
  return images;
}

std::set<int> numbers_of(const LabelledImages& images) {
  std::set<int> numbers;
  for (std::size_t i = 0; i < images.images(); ++i)
    numbers.insert(images.image(i)[0] * 256 + images.image(i)[1]);
  return numbers;
}

}  // namespace

TEST_CASE("validation images are held back from each class in proportion and are in one set only") {
  LabelledImages train = numbered_images(600);
  const LabelledImages validation = split_off_validation(train, 60, 3, "numbers");
  REQUIRE(train.images() == 540);
  // 200 of each class, a tenth is held back
  for (int label = 0; label < 3; ++label)
    REQUIRE(std::count(validation.labels.begin(), validation.labels.end(), label) == 20);
  std::set<int> all = numbers_of(train);
  all.merge(numbers_of(validation));
  REQUIRE(all.size() == 600);
  for (std::size_t i = 0; i < validation.images(); ++i) {
    const int number = validation.image(i)[0] * 256 + validation.image(i)[1];
    REQUIRE(validation.labels[i] == number % 3);
  }
}

TEST_CASE("the split is the same every time and another for another dataset") {
  LabelledImages first = numbered_images(600);
  LabelledImages second = numbered_images(600);
  LabelledImages third = numbered_images(600);
  const std::set<int> held_back = numbers_of(split_off_validation(first, 60, 3, "numbers"));
  REQUIRE(numbers_of(split_off_validation(second, 60, 3, "numbers")) == held_back);
  REQUIRE(numbers_of(split_off_validation(third, 60, 3, "letters")) != held_back);
}
