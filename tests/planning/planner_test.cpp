#include "sim/planning/planner.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/core/random_stream.hpp"
#include "sim/planning/question.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A made-up system: choice c has the capacity `capacity[c]` and the accuracy `accuracy[c]`; at level n its
/// latency is 1 / (1 - n / capacity), with noise of `spread` of it in each replication.
class Queues final : public Trials {
 public:
  Queues(std::vector<double> capacity, std::vector<double> accuracy, double spread, bool rules_out = true)
      : capacity_(std::move(capacity)),
        accuracy_(std::move(accuracy)),
        spread_(spread),
        rules_out_(rules_out) {}

  double latency(const Setting& setting) const {
    const double load = static_cast<double>(setting.level) / capacity_[setting.choice];
    return load < 1 ? 1 / (1 - load) : 1e6;
  }

  std::vector<Trial> run(const Setting& setting, std::size_t first, std::size_t count) override {
    std::vector<Trial> trials;
    for (std::size_t r = first; r < first + count; ++r) {
      RandomEngine stream = random_stream(1, r, static_cast<std::uint64_t>(setting.level), "queues");
      const double noise = boost::random::normal_distribution<double>(0, 1)(stream);
      trials.push_back({{latency(setting) * (1 + spread_ * noise), accuracy_[setting.choice]}, {0, 0}});
    }
    return trials;
  }
  std::optional<std::string> ruled_out(const Setting& setting) override {
    if (!rules_out_ || static_cast<double>(setting.level) < capacity_[setting.choice]) return std::nullopt;
    return "overloaded";
  }

 private:
  std::vector<double> capacity_, accuracy_;
  double spread_;
  bool rules_out_;
};

PlanProblem problem(std::size_t choices, std::int64_t highest) {
  PlanProblem made;
  made.constraints = {parse_constraint("latency_s.p95 <= 10"), parse_constraint("accuracy.top1 >= 90%")};
  made.choices = choices;
  made.lowest = 1;
  made.highest = highest;
  return made;
}

}  // namespace

TEST_CASE("the highest level is what exhaustive search finds, in at most a tenth of its runs") {
  // Latency 1 / (1 - n / capacity) <= 10 is n <= 0.9 capacity. Choice 2 has the most, 270 of 300, but not the
  // accuracy; of the others choice 1 carries 0.9 x 231 = 207.9.
  for (const bool rules_out : {true, false}) {
    CAPTURE(rules_out);
    const std::vector<double> capacity{150, 231, 300, 90, 229};
    const std::vector<double> accuracy{0.95, 0.91, 0.89, 0.99, 0.93};
    constexpr std::int64_t kHighest = 400;
    Queues queues(capacity, accuracy, 0.0, rules_out);
    Planner planner(problem(5, kHighest), queues);
    const LevelPlan plan = planner.highest_level();

    Setting best{0, 0};
    std::size_t exhaustive_runs = 0;
    for (std::size_t choice = 0; choice < 5; ++choice)
      for (std::int64_t level = 1; level <= kHighest; ++level) {
        ++exhaustive_runs;
        const Setting setting{choice, level};
        if (queues.latency(setting) <= 10 && accuracy[choice] >= 0.9 && level > best.level) best = setting;
      }
    REQUIRE(plan.best);
    CHECK(plan.best->choice == best.choice);
    CHECK(plan.best->level == best.level);
    CHECK(best.level == 207);
    CHECK(10 * planner.settings_tried() <= exhaustive_runs);
    CHECK(plan.limiting == 0);
    CHECK(!plan.ceiling);
  }
}

TEST_CASE("with noise the range holds the true answer and is as wide as the noise makes it") {
  // d latency / d n at n = 207 of 230: latency 10, slope 10^2 / 230 = 0.435 a device. With 3 % noise the mean
  // of 5 has a deviation of 0.03 x 10 / sqrt 5 = 0.134, its half width about 2.8 x 0.134 = 0.37: about one
  // device.
  Queues queues({230}, {0.95}, 0.03);
  PlanProblem asked = problem(1, 400);
  Planner planner(asked, queues);
  const LevelPlan plan = planner.highest_level();
  REQUIRE(plan.best);
  CHECK(plan.surely <= 207);
  CHECK(plan.perhaps >= 206);
  CHECK(plan.surely >= 200);
  CHECK(plan.perhaps <= 213);
  CHECK(plan.surely <= plan.best->level);
  CHECK(plan.best->level <= plan.perhaps);
}

TEST_CASE("far from every bound two replications are enough") {
  Queues queues({1e9}, {0.95}, 0.01);
  Planner planner(problem(1, 400), queues);
  CHECK(planner.feasible({0, 10}));
  CHECK(planner.replications_run() == 2);
  Queues close({12}, {0.95}, 0.05);
  Planner careful(problem(1, 400), close);
  careful.feasible({0, 11});  // 1 / (1 - 11 / 12) = 12: a fifth above the bound, four deviations: clear
  CHECK(careful.replications_run() == 2);
  Queues closer({11}, {0.95}, 0.05);
  Planner more(problem(1, 400), closer);
  more.feasible({0, 10});  // 11, two deviations above
  CHECK(more.replications_run() == 5);
}

TEST_CASE("what no choice carries is told by the one that misses least") {
  // At level 1 latencies are 1 / (1 - 1 / capacity): 1.005, fine; accuracies miss 0.9 by 10, 1 and 5 %.
  Queues queues({200, 200, 200}, {0.81, 0.891, 0.855}, 0);
  Planner planner(problem(3, 400), queues);
  const LevelPlan plan = planner.highest_level();
  CHECK(!plan.best);
  CHECK(plan.nearest.choice == 1);
  CHECK(parse_constraint("accuracy.top1 >= 0.9").missed_by(0.891) == Approx(0.01));
}

TEST_CASE("an answer at the edge of what was asked for says so") {
  Queues queues({1e9}, {0.95}, 0);
  Planner planner(problem(1, 50), queues);
  const LevelPlan plan = planner.highest_level();
  REQUIRE(plan.best);
  CHECK(plan.best->level == 50);
  CHECK_THAT(plan.ceiling.value(), ContainsSubstring("highest that was asked for"));
}

TEST_CASE("where the load rules a level out nothing is run there") {
  // No bound on latency that matters: the plan ends where the load reaches 1.
  Queues queues({100.5}, {0.95}, 0);
  PlanProblem asked = problem(1, 400);
  asked.constraints[0] = parse_constraint("latency_s.p95 <= 1e9");
  Planner planner(asked, queues);
  const LevelPlan plan = planner.highest_level();
  REQUIRE(plan.best);
  CHECK(plan.best->level == 100);
  CHECK(plan.ceiling == std::optional<std::string>("overloaded"));
}

TEST_CASE("the least figure under constraints is found and the others are put in order behind it") {
  /// The figure is the choice's cost; choice 1 would be cheapest but is not accurate enough.
  class Costs final : public Trials {
   public:
    std::vector<Trial> run(const Setting& setting, std::size_t, std::size_t count) override {
      const std::vector<double> cost{5, 1, 3, 4}, accuracy{0.95, 0.5, 0.92, 0.99};
      return std::vector<Trial>(count, {{accuracy[setting.choice], cost[setting.choice]}, {0, 0}});
    }
    std::optional<std::string> ruled_out(const Setting&) override { return std::nullopt; }
  } costs;
  PlanProblem asked;
  asked.constraints = {parse_constraint("accuracy.top1 >= 0.9")};
  asked.choices = 4;
  Planner planner(asked, costs);
  CHECK(planner.least() == std::vector<std::size_t>{2, 3, 0});
}

TEST_CASE("constraints are read with their units and refused with an example") {
  CHECK(parse_constraint("latency_s.p95 <= 200ms").bound == 0.2);
  CHECK(parse_constraint("accuracy.top1 >= 90%").bound == 0.9);
  CHECK(!parse_constraint("accuracy.top1 >= 0.9").met_by(std::nan("")));
  for (const char* wrong : {"latency_s.p95 < 0.2", "latency_s.p95 <= fast", "<= 3", "a <= 3 4", ""})
    CHECK_THROWS_WITH(parse_constraint(wrong), ContainsSubstring("'latency_s.p95 <= 200ms'"));
}

TEST_CASE("levels go up towards what is wanted") {
  const Levels devices("1,100", true);
  CHECK(devices.count() == 100);
  CHECK(devices.text(0) == "1");
  CHECK(devices.text(99) == "100");
  const Levels servers("1,8", false);
  CHECK(servers.text(0) == "8");
  CHECK(servers.text(7) == "1");
  const Levels bandwidth("1Mbps,2Mbps", false);  // 1.01^70 = 2.007
  CHECK(bandwidth.count() == 71);
  CHECK(bandwidth.text(0) == "2Mbps");
  CHECK(bandwidth.text(70) == "1Mbps");
  CHECK(bandwidth.text(69) == "1.01Mbps");
  CHECK_THROWS_WITH(Levels("1Mbps,2Gbps", true), ContainsSubstring("one unit"));
  CHECK_THROWS_WITH(Levels("5,1", true), ContainsSubstring("below the second"));
  CHECK_THROWS_WITH(Levels("5", true), ContainsSubstring("LOW,HIGH"));
}

TEST_CASE("one choice's highest level is found from wherever the search begins") {
  for (const std::int64_t near : {1, 150, 207, 208, 230, 400}) {
    CAPTURE(near);
    Queues queues({231}, {0.95}, 0);
    Planner planner(problem(1, 400), queues);
    CHECK(planner.highest_level_of(0, near) == 207);
  }
  Queues none({231}, {0.5}, 0);
  Planner planner(problem(1, 400), none);
  CHECK(!planner.highest_level_of(0, 100));
}
