#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "analysis/stats/estimate.hpp"
#include "sim/cli/plan_question.hpp"
#include "sim/planning/planner.hpp"
#include "sim/planning/simulated_trials.hpp"

namespace offramp {

// What a plan says of settings that it tried, for people and as JSON.

/// "0.05 (0.04 to 0.06)"
std::string interval_text(const std::optional<Estimate>& estimate);
/// A line for each key that was chosen.
std::string choice_text(const Choice& choice);
nlohmann::ordered_json choice_json(const Choice& choice);
/// A line for each constraint, and what came of it.
std::string kept_text(const Question& question, const Tried& tried);
nlohmann::ordered_json kept_json(const Question& question, const Tried& tried);

/// Says which setting comes nearest to the constraints, and by how much it misses them.
/// @return the exit code
int say_infeasible(const Question& question, Planner& planner, SimulatedTrials& trials,
                   const Setting& nearest, bool as_json);

/// What measurement would make the answer surer, by the interval that reaches across its bound most.
std::string narrowing_text(const Question& question, const Tried& tried, const LevelPlan& plan,
                           bool device_times_matter);

}  // namespace offramp
