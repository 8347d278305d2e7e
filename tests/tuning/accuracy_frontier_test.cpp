#include "sim/tuning/accuracy_frontier.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <map>

#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Images of random sureness at each exit but the final one; later exits are right more often.
SearchSet random_set(std::size_t exits, std::size_t images) {
  RandomEngine stream = random_stream(1, 0, 0, "frontier test");
  boost::random::uniform_01<double> uniform;
  SearchSet set;
  for (std::size_t exit = 0; exit < exits; ++exit) {
    std::vector<double> sureness;
    std::vector<std::uint8_t> correct;
    for (std::size_t image = 0; image < images; ++image) {
      sureness.push_back(uniform(stream));
      const double chance = 0.5 + 0.3 * sureness.back() + 0.1 * static_cast<double>(exit);
      correct.push_back(uniform(stream) < chance ? 1 : 0);
    }
    if (exit + 1 < exits) set.sureness.push_back(sureness);
    set.correct.push_back(correct);
    set.costs.of_exit.push_back(static_cast<double>(1 + exit));
  }
  return set;
}

struct Come {
  std::size_t correct = 0;
  double cost = 0;
};

Come outcome(const SearchSet& set, const std::vector<double>& thresholds) {
  Come come;
  for (std::size_t image = 0; image < set.images(); ++image) {
    std::size_t exit = 0;
    while (exit < thresholds.size() && !(set.sureness[exit][image] > thresholds[exit])) ++exit;
    come.correct += set.correct[exit][image];
    come.cost += set.costs.of(exit, image);
  }
  come.cost /= static_cast<double>(set.images());
  return come;
}

/// Every choice that differs: each threshold at each image's sureness, at the highest and at the lowest.
std::vector<double> levels(const SearchSet& set, std::size_t exit) {
  std::vector<double> values = set.sureness[exit];
  values.push_back(set.highest);
  values.push_back(set.lowest);
  return values;
}

/// Cost -> the most images right for it, over all choices of two thresholds.
std::map<double, std::size_t> exhaustive(const SearchSet& set) {
  std::map<double, std::size_t> best;
  for (const double first : levels(set, 0))
    for (const double second : levels(set, 1)) {
      const Come come = outcome(set, {first, second});
      best[come.cost] = std::max(best[come.cost], come.correct);
    }
  return best;
}

}  // namespace

TEST_CASE("with one threshold the frontier is every choice that no other beats") {
  // Four images, sureness 0.9 to 0.2, the early exit right on the first and third, the final on all but the
  // third. Cost 1 early, 3 late. With n leaving (the surest first): right 3, 3, 2, 3, 2 and mean cost 3, 2.5,
  // 2, 1.5, 1. Nobody beats n = 4 (cost 1, 2 right) and n = 3 (cost 1.5, 3 right); the others are dearer and
  // no better.
  SearchSet set;
  set.sureness = {{0.9, 0.7, 0.4, 0.2}};
  set.correct = {{1, 0, 1, 0}, {1, 1, 0, 1}};
  set.costs.of_exit = {1, 3};
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  REQUIRE(frontier.size() == 2);
  CHECK(frontier[0].correct == 2);
  CHECK(frontier[0].cost == 1);
  CHECK(frontier[0].thresholds[0] < 0.2);
  CHECK(frontier[1].correct == 3);
  CHECK(frontier[1].cost == 1.5);
  CHECK(frontier[1].thresholds[0] == Approx(0.3));  // half-way between 0.4 and 0.2
}

TEST_CASE("every point of a frontier is what its thresholds come to, and beats the one before") {
  for (const std::size_t exits : {1U, 2U, 3U, 5U}) {
    const SearchSet set = random_set(exits, 200);
    const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
    REQUIRE(!frontier.empty());
    for (std::size_t i = 0; i < frontier.size(); ++i) {
      const Come come = outcome(set, frontier[i].thresholds);
      CHECK(come.correct == frontier[i].correct);
      CHECK(come.cost == Approx(frontier[i].cost));
      if (i == 0) continue;
      CHECK(frontier[i].cost > frontier[i - 1].cost);
      CHECK(frontier[i].correct > frontier[i - 1].correct);
    }
  }
}

TEST_CASE("with two thresholds the frontier comes close to trying all choices") {
  // 60 images, so 62 x 62 choices can be tried. For each cost on the search's way, no choice that is as cheap
  // may be right on more than one image in sixty more.
  const SearchSet set = random_set(3, 60);
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  std::size_t best = 0;
  for (const auto& [cost, correct] : exhaustive(set)) {
    best = std::max(best, correct);
    const auto dearer =
        std::partition_point(frontier.begin(), frontier.end(),
                             [&](const FrontierPoint& point) { return point.cost <= cost + 1e-12; });
    REQUIRE(dearer != frontier.begin());
    CHECK(std::prev(dearer)->correct + 1 >= best);
  }
  CHECK(frontier.back().correct == best);
}

TEST_CASE("equal images leave together or not at all") {
  SearchSet set;
  set.sureness = {{0.5, 0.5, 0.5}};
  set.correct = {{1, 1, 0}, {0, 1, 1}};
  set.costs.of_exit = {1, 2};
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  REQUIRE(frontier.size() == 1);  // all leave: as right as nobody, and cheaper
  CHECK(frontier[0].cost == 1);
}

TEST_CASE("images that no threshold may let leave stay") {
  SearchSet set;  // a sureness of 0 is not above the lowest threshold, 0
  set.sureness = {{0, 0.4}};
  set.correct = {{1, 1}, {0, 0}};
  set.costs.of_exit = {1, 2};
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  REQUIRE(frontier.size() == 1);
  CHECK(frontier[0].correct == 1);
  CHECK(frontier[0].cost == 1.5);
}

TEST_CASE("what crosses the cut costs by its own image") {
  // Sending images costs 10 and 2. Letting the second leave saves 2, letting the first leave too saves 10
  // more.
  SearchSet set;
  set.sureness = {{0.3, 0.8}};
  set.correct = {{0, 1}, {1, 1}};
  set.costs = {{0, 0}, {10, 2}, 1};
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  REQUIRE(frontier.size() == 2);
  CHECK(frontier[0].cost == 0);
  CHECK(frontier[1].cost == 5);
  CHECK(frontier[1].correct == 2);
}

TEST_CASE("many exits are searched too") {
  const SearchSet set = random_set(12, 50);
  const std::vector<FrontierPoint> frontier = accuracy_frontier(set);
  CHECK(frontier.size() > 3);
  CHECK(frontier.front().cost == 1);  // all leave at once
}
