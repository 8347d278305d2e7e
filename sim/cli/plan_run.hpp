#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/plan_question.hpp"
#include "sim/planning/planner.hpp"
#include "sim/planning/simulated_trials.hpp"

namespace offramp {

/// Asks the planner about a setting in steps of the objective.
class PlanRun {
 public:
  explicit PlanRun(const Question& question);

  const PlanProblem& problem() const { return problem_; }

  /// @param change  made to each scenario before it is tried
  SimulatedTrials trials(std::function<void(Scenario&)> change = {}) const;

 private:
  const Question& question_;
  std::vector<std::string> metrics_;
  PlanProblem problem_;
};

/// A figure is maximized as its negative is minimized.
class Negated final : public Trials {
 public:
  Negated(Trials& trials, bool active) : trials_(trials), active_(active) {}
  std::vector<Trial> run(const Setting& setting, std::size_t first, std::size_t count) override {
    std::vector<Trial> trials = trials_.run(setting, first, count);
    for (Trial& trial : trials)
      if (active_) trial.values.back() = -trial.values.back();
    return trials;
  }
  std::optional<std::string> ruled_out(const Setting& setting) override { return trials_.ruled_out(setting); }

 private:
  Trials& trials_;
  bool active_;
};

/// Something that would help, and how a scenario with it looks.
struct Relief {
  std::string text;
  std::function<void(Scenario&)> change;
};

/// What would carry more: twice the resource that is asked for most.
std::optional<Relief> relief_of(const std::string& resource);

/// A device or server that takes `factor` times as long for everything.
void slow_down(DeviceType& type, double factor);

}  // namespace offramp
