#include "sim/policy/cells_answered.hpp"

#include <algorithm>

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("a cell's answer is that of the first exit that takes it") {
  // Two images of two cells. The first exit takes cells 0 and 3, the second 0 and 1, the last what is left.
  CellsAnswered answered(2, 2);
  const std::vector<float> first{0, 1, 0, 1, 0, 1, 0, 1};   // class 1 everywhere
  const std::vector<float> second{1, 0, 1, 0, 1, 0, 1, 0};  // class 0
  answered.take(first, std::vector<float>{1, 2, 3, 4}, std::vector<std::uint8_t>{1, 0, 0, 1});
  CHECK(answered.left(0) == 1);
  CHECK(answered.left(1) == 1);
  answered.take(second, std::vector<float>{5, 6, 7, 8}, std::vector<std::uint8_t>{1, 1, 0, 0});
  CHECK(answered.left(0) == 0);
  CHECK(answered.left(1) == 1);
  answered.take(first, std::vector<float>{9, 10, 11, 12}, {});
  CHECK(answered.left(1) == 0);
  CHECK(std::ranges::equal(answered.named(0), std::vector{1, 0}));
  CHECK(std::ranges::equal(answered.counts(0), std::vector{1.0F, 6.0F}));
  CHECK(std::ranges::equal(answered.named(1), std::vector{1, 1}));
  CHECK(std::ranges::equal(answered.counts(1), std::vector{11.0F, 4.0F}));
}

TEST_CASE("an image with a class as a whole is one cell, and the first of equal logits is named") {
  CellsAnswered answered(2, 1);
  answered.take(std::vector<float>{1, 3, 3, 0, 0, 2}, {}, std::vector<std::uint8_t>{1, 0});
  CHECK(answered.named(0).front() == 1);
  CHECK(answered.left(0) == 0);
  CHECK(answered.left(1) == 1);
}
