#include "sim/policy/exit_policy.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/policy/entropy.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Four exits of which the first two run before the split.
constexpr ExitContext kContext{4, 2, 1};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::vector<float> kUndecided{0, 0};   // ln 2 nats
const std::vector<float> kCertain{1000, 0};  // 0 nats

ExitAnswer answer_of(std::size_t exit, const std::vector<float>& logits) {
  ExitAnswer answer;
  answer.exit = exit;
  answer.logits = logits;
  return answer;
}

std::unique_ptr<ExitPolicy> entropy_policy(std::vector<double> thresholds_nats) {
  return make_exit_policy({"entropy", std::move(thresholds_nats), 0}, kContext);
}

std::vector<std::size_t> exits_asked(const ExitPolicy& policy) {
  std::vector<std::size_t> asked;
  for (std::size_t exit = 0; exit < kContext.num_exits; ++exit)
    if (policy.asks(exit)) asked.push_back(exit);
  return asked;
}

std::vector<std::size_t> exits_that_accept(const ExitPolicy& policy, const std::vector<float>& logits) {
  std::vector<std::size_t> accepting;
  for (std::size_t exit = 0; exit < kContext.num_exits; ++exit)
    if (policy.accepts(answer_of(exit, logits))) accepting.push_back(exit);
  return accepting;
}

using Exits = std::vector<std::size_t>;

}  // namespace

TEST_CASE("an entropy equal to the threshold is not accepted") {
  const std::vector<float> logits{1, 0};
  const double entropy = softmax_entropy_nats(logits);
  CHECK_FALSE(entropy_policy({entropy, 0, 0})->accepts(answer_of(0, logits)));
  CHECK(entropy_policy({std::nextafter(entropy, kInfinity), 0, 0})->accepts(answer_of(0, logits)));
  CHECK_FALSE(entropy_policy({std::nextafter(entropy, 0.0), 0, 0})->accepts(answer_of(0, logits)));
}

TEST_CASE("a threshold of 0 accepts not even a certain answer") {
  CHECK(exits_that_accept(*entropy_policy({0, 0, 0}), kCertain) == Exits{3});
}

TEST_CASE("every exit has a threshold of its own") {
  // ln 2 = 0.693: below 0.7 and 5, not below 0.6.
  CHECK(exits_that_accept(*entropy_policy({0.6, 0.7, 5}), kUndecided) == Exits{1, 2, 3});
}

TEST_CASE("the final exit accepts whatever the network says") {
  CHECK(entropy_policy({0, 0, 0})->accepts(answer_of(3, kUndecided)));
}

TEST_CASE("the entropy rule asks every exit") {
  CHECK(exits_asked(*entropy_policy({1, 1, 1})) == Exits{0, 1, 2, 3});
}

TEST_CASE("the entropy rule needs one threshold less than exits") {
  CHECK_THROWS_AS(entropy_policy({1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(entropy_policy({1, 1, 1, 1}), std::invalid_argument);
  CHECK_NOTHROW(
      make_exit_policy({"entropy", {}, 0}, ExitContext{1, 2, 0}));  // no branch: the final exit alone
}

TEST_CASE("a fixed rule asks and takes the exit it names alone") {
  for (std::size_t exit = 0; exit < kContext.num_exits; ++exit) {
    const auto policy = make_exit_policy({"fixed", {}, exit}, kContext);
    CHECK(exits_asked(*policy) == Exits{exit});
    CHECK(exits_that_accept(*policy, kUndecided) == Exits{exit});
  }
  CHECK_THROWS_AS(make_exit_policy({"fixed", {}, 4}, kContext), std::invalid_argument);
}

TEST_CASE("never answers at the last exit before the split") {
  const auto policy = make_exit_policy({"never", {}, 0}, kContext);
  CHECK(exits_asked(*policy) == Exits{1});
  CHECK(exits_that_accept(*policy, kUndecided) == Exits{1});
}

TEST_CASE("never needs an exit before the split") {
  CHECK_THROWS_AS(make_exit_policy({"never", {}, 0}, ExitContext{4, 2, -1}), std::invalid_argument);
}

TEST_CASE("always answers at the final exit without asking another") {
  const auto policy = make_exit_policy({"always", {}, 0}, kContext);
  CHECK(exits_asked(*policy) == Exits{3});
  CHECK(exits_that_accept(*policy, kCertain) == Exits{3});
}

TEST_CASE("an unknown rule is told with the nearest or with all there are") {
  CHECK_THROWS_AS(make_exit_policy({"entropie", {}, 0}, kContext), UserError);
  CHECK_THROWS_WITH(make_exit_policy({"entropie", {}, 0}, kContext),
                    ContainsSubstring("\"entropie\"") && ContainsSubstring("did you mean \"entropy\"?"));
  CHECK_THROWS_WITH(
      make_exit_policy({"coin_flipping", {}, 0}, kContext),
      ContainsSubstring("\"coin_flipping\"") &&
          ContainsSubstring(
              "allowed: entropy, max_probability, margin, router, patience, fixed, never, always"));
}
