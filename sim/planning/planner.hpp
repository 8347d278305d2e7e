#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/stats/estimate.hpp"
#include "sim/planning/constraint.hpp"

namespace offramp {

/// One of the choices, at one level. Levels are whole numbers of which more is better, and harder on the
/// constraints: more devices, or less bandwidth.
struct Setting {
  std::size_t choice = 0;
  std::int64_t level = 0;

  auto operator<=>(const Setting&) const = default;
};

/// One replication at a setting, by metric of the plan; and standard errors that no number of replications
/// takes away (of the profile's images), 0 where there are none.
struct Trial {
  std::vector<double> values;
  std::vector<double> sampling_errors;
};

/// Whoever can try a setting.
class Trials {
 public:
  virtual ~Trials() = default;
  /// Replications first, ..., first + count - 1 of a setting.
  virtual std::vector<Trial> run(const Setting& setting, std::size_t first, std::size_t count) = 0;
  /// What rules a setting out before anything runs: a sentence, or nothing. Once ruled out, so are all higher
  /// levels of that choice.
  virtual std::optional<std::string> ruled_out(const Setting& setting) = 0;
};

struct PlanProblem {
  std::vector<Constraint> constraints;  ///< metric i of a Trial is that of constraint i
  std::size_t choices = 1;
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::size_t replications = 5;  ///< of a setting, at most
};

/// What a setting came to, by metric of the plan.
struct Tried {
  std::vector<Trial> trials;

  std::optional<Estimate> estimate(std::size_t metric) const;  ///< with its sampling error in the interval
};

struct LevelPlan {
  std::optional<Setting> best;  ///< none: no choice meets the constraints at the lowest level
  /// Between which levels of the best choice the answer lies, by the constraints' intervals.
  std::int64_t surely = 0;
  std::int64_t perhaps = 0;
  std::size_t limiting = 0;            ///< the constraint that the level above misses most
  std::optional<std::string> ceiling;  ///< why the level above was ruled out, when nothing ran there
  Setting nearest;                     ///< infeasible: the setting that misses its constraints least
};

/// Finds settings that meet constraints, in as few replications as the spread allows: the first two decide
/// where they are far from every bound (by three standard deviations and 2 % of it), more are added up to the
/// problem's number where they are not.
class Planner {
 public:
  Planner(PlanProblem problem, Trials& trials);

  /// The highest level that some choice carries. Choices are taken by the level at which they are ruled out,
  /// highest first; each is asked first whether it carries more than the best so far, and only then how much
  /// (bisection). Constraints must get no easier with the level.
  LevelPlan highest_level();
  /// The same for one choice alone, without the range.
  /// @param near  where it is looked for first
  std::optional<std::int64_t> highest_level_of(std::size_t choice, std::int64_t near);
  /// The choice with the least of the last metric (behind those of the constraints) among those that meet the
  /// constraints at the lowest level. @return the choices by that metric's mean, best first; none: infeasible
  std::vector<std::size_t> least();

  /// Runs what is missing up to all replications.
  const Tried& all_of(const Setting& setting);
  const Tried& known_of(const Setting& setting) { return tried_[setting]; }
  bool feasible(const Setting& setting);
  /// Infeasible problems: of all choices at the lowest level the one that misses its bounds least.
  Setting nearest_miss();
  std::size_t replications_run() const { return replications_run_; }
  std::size_t settings_tried() const { return tried_.size(); }

 private:
  enum class Side { met, missed, unclear };

  void extend(const Setting& setting, std::size_t replications);
  Side side_of(const Tried& tried, const Constraint& constraint, std::size_t metric) const;
  /// The highest level below which nothing is ruled out; below lowest when all is.
  std::int64_t ceiling_of(std::size_t choice);
  std::int64_t bisect(std::size_t choice, std::int64_t feasible_level, std::int64_t infeasible_level);
  /// All constraints, judged at the near or far end of their intervals.
  bool holds_at_end(const Setting& setting, bool pessimistic);
  std::int64_t last_that_holds(std::size_t choice, std::int64_t from, std::int64_t low, std::int64_t high,
                               bool pessimistic);
  double missed_by(const Setting& setting);

  PlanProblem problem_;
  Trials& trials_;
  std::map<Setting, Tried> tried_;
  std::size_t replications_run_ = 0;
};

}  // namespace offramp
