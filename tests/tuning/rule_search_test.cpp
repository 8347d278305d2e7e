#include "sim/tuning/rule_search.hpp"

#include "sim/tuning/exit_outcome.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

/// Three exits that answer eight images of two classes, all of label 0, by their logit for class 0 (the
/// other's is 0), so that one below 0 is wrong.
struct Made {
  std::vector<std::vector<float>> logits;
  std::vector<std::vector<float>> routers;
  std::vector<std::int32_t> labels;
  SetAnswers answers;

  Made() {
    const std::vector<std::vector<float>> first{
        {4, -0.2F, 3, 0.1F, -2, 2, -0.5F, 1}, {5, 2, 4, -0.1F, 2, 3, -1, 0.5F}, {6, 3, 5, 2, 3, 4, 1, -1}};
    labels.assign(8, 0);
    for (const std::vector<float>& exit : first) {
      std::vector<float>& pairs = logits.emplace_back();
      std::vector<std::uint8_t>& right = answers.correct.emplace_back();
      for (const float logit : exit) {
        pairs.insert(pairs.end(), {logit, 0});
        right.push_back(logit >= 0 ? 1 : 0);
      }
    }
    routers = {{2, -2, 1, 1, -3, 1, -1, 1}, {1, 1, 1, -1, 1, 1, -1, 1}};
    answers.images = 8;
    answers.classes = 2;
    answers.last_device_exit = 1;
    answers.labels = labels;
    for (const std::vector<float>& exit : logits) answers.logits.emplace_back(exit);
    for (const std::vector<float>& exit : routers) answers.routers.emplace_back(exit);
  }
};

RequestCosts costs() { return {{1, 2, 4}, {}, 2}; }

}  // namespace

TEST_CASE("every rule's frontier is what the rule itself comes to") {
  const Made made;
  for (const std::string& rule : tunable_rules(made.answers)) {
    INFO(rule);
    const std::vector<RulePoint> frontier = rule_frontier(made.answers, rule, {}, costs());
    REQUIRE(!frontier.empty());
    for (const RulePoint& point : frontier) {
      const ExitOutcome outcome = apply_rule(made.answers, point.rule);
      CHECK(outcome.right() == point.correct);
      CHECK(outcome.mean(costs()) == Approx(point.cost));
    }
  }
}

TEST_CASE("a router finds what no sureness tells") {
  // Its logits are below 0 exactly where exit 0 is wrong: letting the others leave there costs nothing.
  const Made made;
  const std::vector<RulePoint> frontier = rule_frontier(made.answers, "router", {}, costs());
  // Exit 0 is right on 0, 2, 3, 5, 7; exit 1 on images 1 and 4, and its router knows; image 6 goes to the
  // end.
  CHECK(frontier.back().correct == 8);
  CHECK(frontier.back().cost == Approx((5 * 1 + 2 * 2 + 1 * 4) / 8.0));
}

TEST_CASE("a temperature changes the thresholds but not what they can reach with two classes") {
  const Made made;
  const auto plain = rule_frontier(made.answers, "entropy", {}, costs());
  const auto cooled = rule_frontier(made.answers, "entropy", {2, 2}, costs());
  REQUIRE(plain.size() == cooled.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(plain[i].correct == cooled[i].correct);
    CHECK(apply_rule(made.answers, cooled[i].rule, {2, 2}).right() == cooled[i].correct);
  }
}

TEST_CASE("the choice keeps its bound") {
  const std::vector<RulePoint> frontier{{{"a"}, 5, 1.0}, {{"b"}, 7, 2.0}, {{"c"}, 8, 4.0}};
  CHECK(most_accurate_within(frontier, 0.5) == nullptr);
  CHECK(most_accurate_within(frontier, 2)->rule.rule == "b");
  CHECK(most_accurate_within(frontier, 100)->rule.rule == "c");
  CHECK(cheapest_with(frontier, 4)->rule.rule == "a");
  CHECK(cheapest_with(frontier, 5.5)->rule.rule == "b");
  CHECK(cheapest_with(frontier, 9) == nullptr);
}

TEST_CASE("patience needs two exits before the final one, a router a router") {
  Made made;
  CHECK(tunable_rules(made.answers) ==
        std::vector<std::string>{"entropy", "max_probability", "margin", "router", "patience"});
  made.answers.routers.clear();
  made.answers.logits.pop_back();
  CHECK(tunable_rules(made.answers) == std::vector<std::string>{"entropy", "max_probability", "margin"});
}
