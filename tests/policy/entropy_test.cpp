#include "sim/policy/entropy.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("equal logits have the entropy ln n") {
  // p = 1/n for each: H = -n (1/n) ln(1/n) = ln n. The logits are whole numbers, so that nothing is rounded.
  for (const std::size_t classes : {1U, 2U, 10U, 1000U}) {
    CAPTURE(classes);
    const std::vector<float> logits(classes, -3.0F);
    CHECK(softmax_entropy_nats(logits) ==
          Approx(std::log(static_cast<double>(classes))).margin(1e-12).epsilon(1e-12));
  }
}

TEST_CASE("two classes have the entropy of a coin") {
  // Logits 1 and 0: p = 1 / (1 + 1/e) = 0.731058579 and q = 0.268941421, so that
  // H = 0.731058579 * 0.313261688 + 0.268941421 * 1.313261688 = 0.582203109 nats.
  CHECK(softmax_entropy_nats(std::vector<float>{1, 0}) == Approx(0.5822031088882179).epsilon(1e-12));
  CHECK(softmax_entropy_nats(std::vector<float>{0, 1}) == Approx(0.5822031088882179).epsilon(1e-12));
  // Logits ln 9 and 0: p = 0.9. H = 0.9 * 0.105360516 + 0.1 * 2.302585093 = 0.325082973 nats; ln 9 is rounded
  // to a float (relative error 6e-8), which moves H by less than 2e-8.
  const float ln9 = std::log(9.0F);
  CHECK(softmax_entropy_nats(std::vector<float>{ln9, 0}) == Approx(0.3250829733914482).margin(5e-8));
}

TEST_CASE("entropy grows by grouping as Shannon asks") {
  // Logits ln 2, 0, 0: p = 1/2, 1/4, 1/4. First a fair coin, then another in half of the cases:
  // H = ln 2 + (1/2) ln 2 = 1.5 ln 2.
  const float ln2 = std::log(2.0F);
  CHECK(softmax_entropy_nats(std::vector<float>{ln2, 0, 0}) == Approx(1.5 * std::log(2.0)).margin(5e-8));
}

TEST_CASE("a constant added to every logit changes nothing") {
  const std::vector<float> logits{4, -1, 2, 0};
  const std::vector<float> shifted{1004, 999, 1002, 1000};
  CHECK(softmax_entropy_nats(shifted) == softmax_entropy_nats(logits));
}

TEST_CASE("huge logits do not overflow") {
  // exp(3e38) is beyond any double: only differences to the largest logit may be exponentiated.
  constexpr float huge = std::numeric_limits<float>::max();
  CHECK(softmax_entropy_nats(std::vector<float>{huge, huge}) == Approx(std::log(2.0)).epsilon(1e-12));
  CHECK(softmax_entropy_nats(std::vector<float>{-huge, -huge}) == Approx(std::log(2.0)).epsilon(1e-12));
  CHECK(softmax_entropy_nats(std::vector<float>{huge, -huge, 0}) == 0.0);
}

TEST_CASE("a certain answer has entropy 0 and never less") {
  CHECK(softmax_entropy_nats(std::vector<float>{1000, 0, 0, 0}) == 0.0);
  // Near 0 the two terms of ln Z - (sum z exp z) / Z cancel; rounding must not make the result negative.
  for (float lead = 10; lead < 100; lead += 0.37F) {
    const double entropy = softmax_entropy_nats(std::vector<float>{lead, 0, 0, 0, 0});
    CHECK(entropy >= 0);
    CHECK(entropy < 5e-3);  // at most 4 e^-10 (10 + 1) = 2.0e-3
  }
}
