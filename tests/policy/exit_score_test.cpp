#include "sim/policy/exit_score.hpp"

#include <cmath>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Three exits, the last of them final.
constexpr ExitContext kContext{3, 3, 0, true};

ExitAnswer says(const std::vector<float>& logits, std::size_t exit = 0) {
  ExitAnswer answer;
  answer.exit = exit;
  answer.logits = logits;
  return answer;
}

bool leaves(const std::string& rule, double threshold, const ExitAnswer& answer) {
  return make_exit_policy({rule, {threshold, threshold}}, kContext)->accepts(answer);
}

// Probabilities 4/8, 3/8 and 1/8.
const std::vector<float> kFourThreeOne{std::log(4.0F), std::log(3.0F), 0};

}  // namespace

TEST_CASE("the largest probability is the softmax's") {
  CHECK(max_probability_score(says(kFourThreeOne)) == Approx(0.5));
  CHECK(max_probability_score(says({1000, 0, -1000})) == 1);  // no overflow
}

TEST_CASE("the margin is the distance of the two largest probabilities") {
  CHECK(margin_score(says(kFourThreeOne)) == Approx(1.0 / 8));
  CHECK(margin_score(says({0, std::log(3.0F), std::log(4.0F)})) == Approx(1.0 / 8));  // in any order
  CHECK(margin_score(says({2, 2, 0})) == 0);                                          // two equals
  CHECK(margin_score(says({5})) == 1);                                                // no other class
}

TEST_CASE("the router's probability is its logit's sigmoid") {
  ExitAnswer answer = says({0, 0, 0});
  answer.router_logit = std::log(3.0);  // odds of 3 to 1
  CHECK(router_score(answer) == Approx(0.75));
  CHECK(leaves("router", 0.7, answer));
  CHECK_FALSE(leaves("router", 0.8, answer));
}

TEST_CASE("a score equal to its threshold is not accepted, on either side") {
  const double probability = max_probability_score(says(kFourThreeOne));
  CHECK_FALSE(leaves("max_probability", probability, says(kFourThreeOne)));
  CHECK(leaves("max_probability", std::nextafter(probability, 0.0), says(kFourThreeOne)));
  const double margin = margin_score(says(kFourThreeOne));
  CHECK_FALSE(leaves("margin", margin, says(kFourThreeOne)));
  CHECK(leaves("margin", std::nextafter(margin, 0.0), says(kFourThreeOne)));
}

TEST_CASE("with a threshold of 1 no image leaves early, and the final exit takes all") {
  const std::vector<float> certain{1000, 0, 0};
  for (const char* rule : {"max_probability", "margin", "router"}) {
    ExitAnswer answer = says(certain);
    answer.router_logit = 1000;
    CHECK_FALSE(leaves(rule, 1, answer));
    answer.exit = 2;
    CHECK(leaves(rule, 1, answer));
  }
}

TEST_CASE("every score's rule needs one threshold less than exits") {
  for (const ExitScore& score : exit_scores()) {
    CHECK_THROWS_AS(make_exit_policy({std::string(score.rule), {0.5}}, kContext), std::invalid_argument);
    CHECK_NOTHROW(make_exit_policy({std::string(score.rule), {0.5, 0.5}}, kContext));
  }
}

TEST_CASE("the rule router needs a router") {
  CHECK_THROWS_AS(make_exit_policy({"router", {0.5, 0.5}}, ExitContext{3, 3, 0, false}), UserError);
}
