#include "models/training/threshold_search.hpp"

#include <cmath>

#include "models/profiling/early_exit.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Logits of two classes that favour `label` by `margin`.
void add_answer(Logits& logits, int label, float margin) {
  logits.push_back(label == 0 ? margin : 0.0F);
  logits.push_back(label == 1 ? margin : 0.0F);
}

}  // namespace

TEST_CASE("the threshold lets leave all that cost no accuracy") {
  // Five images of class 0. The early exit is right on the three it is surest of (margins 5, 4, 3), wrong on
  // the other two (2, 1); the final exit is always right. Without tolerance just three may leave.
  const std::vector<std::int32_t> labels(5, 0);
  Logits early;
  add_answer(early, 0, 5);
  add_answer(early, 1, 1);
  add_answer(early, 0, 3);
  add_answer(early, 1, 2);
  add_answer(early, 0, 4);
  Logits last;
  for (int i = 0; i < 5; ++i) add_answer(last, 0, 9);

  const std::vector<double> exact = choose_thresholds({early, last}, labels, 0.0);
  const EarlyExitResult result = apply_thresholds({early, last}, labels, exact);
  REQUIRE(result.exits[0].left == 3);
  REQUIRE(result.accuracy() == 1.0);

  // One image in five may be lost: then four leave.
  const std::vector<double> loose = choose_thresholds({early, last}, labels, 0.2);
  REQUIRE(apply_thresholds({early, last}, labels, loose).exits[0].left == 4);
  // All may be lost: then all leave, the undecided ones too.
  add_answer(early, 1, 0);
  add_answer(last, 0, 9);
  const std::vector<std::int32_t> six(6, 0);
  REQUIRE(apply_thresholds({early, last}, six, choose_thresholds({early, last}, six, 1.0)).exits[0].left ==
          6);
}

TEST_CASE("no image leaves where each would cost accuracy") {
  const std::vector<std::int32_t> labels(3, 0);
  Logits early;
  Logits last;
  for (int i = 0; i < 3; ++i) {
    add_answer(early, 1, 4);
    add_answer(last, 0, 1);
  }
  const std::vector<double> thresholds = choose_thresholds({early, last}, labels, 0.0);
  const EarlyExitResult result = apply_thresholds({early, last}, labels, thresholds);
  REQUIRE(result.exits[0].left == 0);
  REQUIRE_FALSE(result.accuracy_at(0).has_value());
  REQUIRE(result.accuracy_at(1) == 1.0);
}

TEST_CASE("an image leaves only when its entropy is strictly below the threshold") {
  // Two equal logits: entropy ln 2.
  const Logits undecided{0.0F, 0.0F};
  const std::vector<std::int32_t> labels{0};
  REQUIRE(entropies_nats(undecided, 2)[0] == Approx(std::log(2.0)));
  const double entropy = entropies_nats(undecided, 2)[0];
  REQUIRE(apply_thresholds({undecided, undecided}, labels, {entropy}).exits[0].left == 0);
  REQUIRE(apply_thresholds({undecided, undecided}, labels, {std::nextafter(entropy, 1.0)}).exits[0].left ==
          1);
}
