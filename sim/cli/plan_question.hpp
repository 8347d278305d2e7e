#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/scenario_options.hpp"
#include "sim/planning/constraint.hpp"
#include "sim/planning/question.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace offramp {

/// What `offramp plan` was asked on the command line.
struct PlanOptions {
  ScenarioOptions scenario;
  std::string maximize;
  std::string minimize;
  std::vector<std::string> subject_to;
  std::vector<std::string> choose;
  std::string between = "1,10000";
  bool as_json = false;
};

/// A combination of choices, as overrides.
using Choice = std::vector<Override>;

/// The question with everything that it needs to be asked.
struct Question {
  Objective objective;
  std::optional<Levels> levels;  ///< of an objective that is a key
  std::vector<Constraint> constraints;
  std::vector<std::string> keys;  ///< that are chosen
  std::vector<Choice> choices;
  std::vector<Override> overrides;
  std::filesystem::path file;
  std::size_t replications = 5;
  std::map<std::string, ExitProfile> profiles;

  Scenario scenario_at(std::size_t choice, const std::optional<std::string>& value) const {
    std::vector<Override> all = overrides;
    all.insert(all.end(), choices[choice].begin(), choices[choice].end());
    if (value) all.emplace_back(objective.key, *value);
    return read_scenario(file, all);
  }
};

/// Reads what was asked: with every combination of choices that can be read and simulated.
/// @throws UserError, with none of them left saying why the last could not
Question question_of(const PlanOptions& options);

}  // namespace offramp
