#include "sim/policy/exit_judge.hpp"

#include <cmath>
#include <stdexcept>

#include "tests/catch.hpp"

using namespace offramp;

namespace {

using Flags = std::vector<std::uint8_t>;

/// Logits of three classes that name one an image.
std::vector<float> naming(const std::vector<int>& classes) {
  std::vector<float> logits(3 * classes.size(), 0);
  for (std::size_t i = 0; i < classes.size(); ++i) logits[3 * i + static_cast<std::size_t>(classes[i])] = 1;
  return logits;
}

}  // namespace

TEST_CASE("patience waits until so many exits before have named the same class") {
  // What four images are named by five exits, one after the other, and which of these is the first that
  // agrees with one, and with two, before it:
  //   image 0: 0 0 0 0 .   exits 1 and 2
  //   image 1: 0 1 1 1 .   exits 2 and 3
  //   image 2: 0 1 0 1 .   never, so the final exit
  //   image 3: 2 0 0 1 .   exit 2, and never
  const std::vector<std::vector<int>> named{
      {0, 0, 0, 2}, {0, 1, 1, 0}, {0, 1, 0, 0}, {0, 1, 1, 1}, {1, 0, 2, 0}};
  const auto first_exits = [&](std::size_t patience) {
    const auto policy = make_exit_policy({"patience", {}, 0, patience}, {5, 3, 0});
    ExitJudge judge(*policy, 4);
    std::vector<int> first(4, -1);
    for (std::size_t exit = 0; exit < 5; ++exit) {
      const Flags accepted = judge.ask(exit, naming(named[exit]), {});
      for (std::size_t i = 0; i < 4; ++i)
        if (accepted[i] != 0 && first[i] < 0) first[i] = static_cast<int>(exit);
    }
    return first;
  };
  CHECK(first_exits(1) == std::vector<int>{1, 2, 4, 2});
  CHECK(first_exits(2) == std::vector<int>{2, 3, 4, 4});
  CHECK_THROWS_AS(make_exit_policy({"patience", {}, 0, 0}, {5, 3, 0}), std::invalid_argument);
}

TEST_CASE("a temperature divides the logits that the rule sees") {
  // Two classes, logits ln 9 and 0: probability 9/10. At temperature 2 the logit is ln 3: probability 3/4.
  const std::vector<float> logits{std::log(9.0F), 0};
  const auto policy = make_exit_policy({"max_probability", {0.8}}, {2, 2, 0});
  CHECK(ExitJudge(*policy, 1).ask(0, logits, {}) == Flags{1});
  CHECK(ExitJudge(*policy, 1, {1}).ask(0, logits, {}) == Flags{1});
  CHECK(ExitJudge(*policy, 1, {2}).ask(0, logits, {}) == Flags{0});
}

TEST_CASE("each image is judged by its own logits and its own router") {
  const std::vector<float> logits{5, 0, 0.1F, 0, 0, 5};
  const auto entropy = make_exit_policy({"entropy", {0.3}}, {2, 2, 0});
  CHECK(ExitJudge(*entropy, 3).ask(0, logits, {}) == Flags{1, 0, 1});
  const auto router = make_exit_policy({"router", {0.5}}, {2, 2, 0, true});
  CHECK(ExitJudge(*router, 3).ask(0, logits, std::vector<float>{-1, 1, 0}) == Flags{0, 1, 0});
}
