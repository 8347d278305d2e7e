#include "sim/profile/frame_score.hpp"

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("a frame's score compares cells and sums of people") {
  // Cells with 2, 0, 1, 0 people; said to have some: the first, the second.
  const std::vector<std::int32_t> people{2, 0, 1, 0}, named{1, 1, 0, 0};
  const std::vector<float> counts{1.5F, 0.5F, 0.25F, 0};
  const FrameScore score = score_frame(people, named, counts);
  CHECK(score.people == 3);
  CHECK(score.counted == 2.25F);
  CHECK(score.error() == 0.75);
  CHECK(score.found == 1);
  CHECK(score.invented == 1);
  CHECK(score.missed == 1);
  const FrameScore nothing = score.unanswered();
  CHECK(nothing.error() == 3);
  CHECK(nothing.found == 0);
  CHECK(nothing.missed == 2);
}

TEST_CASE("frames add up, and what nothing defines is nothing") {
  FrameTally tally;
  CHECK(!tally.count_mae());
  CHECK(!tally.cell_f1());
  tally.add({0, 0, 0, 0, 0, 0});
  CHECK(tally.count_mae() == 0);
  CHECK(!tally.cell_f1());  // nobody there, and nobody said to be
  tally.add({5, 3.5F, 3, 1, 2, 4});
  CHECK(tally.count_mae() == 0.75);
  CHECK(tally.cell_f1() == 2 * 3.0 / (2 * 3 + 1 + 2));
  CHECK(tally.left_a_frame() == 2);
}
