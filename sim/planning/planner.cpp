#include "sim/planning/planner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace offramp {
namespace {

constexpr std::size_t kFirstReplications = 2;
constexpr double kDeviations = 3;
constexpr double kMarginOfBound = 0.02;

std::vector<double> values_of(const Tried& tried, std::size_t metric) {
  std::vector<double> values;
  for (const Trial& trial : tried.trials) values.push_back(trial.values[metric]);
  return values;
}

}  // namespace

std::optional<Estimate> Tried::estimate(std::size_t metric) const {
  std::optional<Estimate> estimate = estimate_mean(values_of(*this, metric));
  if (!estimate || !estimate->ci95 || trials.empty()) return estimate;
  widen95(*estimate, trials[0].sampling_errors[metric]);
  return estimate;
}

Planner::Planner(PlanProblem problem, Trials& trials) : problem_(std::move(problem)), trials_(trials) {}

void Planner::extend(const Setting& setting, std::size_t replications) {
  Tried& tried = tried_[setting];
  if (tried.trials.size() >= replications) return;
  const std::size_t count = replications - tried.trials.size();
  for (Trial& trial : trials_.run(setting, tried.trials.size(), count))
    tried.trials.push_back(std::move(trial));
  replications_run_ += count;
}

const Tried& Planner::all_of(const Setting& setting) {
  extend(setting, problem_.replications);
  return tried_[setting];
}

Planner::Side Planner::side_of(const Tried& tried, const Constraint& constraint, std::size_t metric) const {
  const std::vector<double> values = values_of(tried, metric);
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  if (std::isnan(mean)) return Side::missed;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  // What is the same in every replication is known, not estimated.
  const double clear =
      deviation == 0 ? 0 : std::max(kDeviations * deviation, kMarginOfBound * std::abs(constraint.bound));
  const bool all_agree = std::all_of(values.begin(), values.end(), [&](double value) {
    return constraint.met_by(value) == constraint.met_by(mean);
  });
  if (!all_agree || std::abs(mean - constraint.bound) < clear) return Side::unclear;
  return constraint.met_by(mean) ? Side::met : Side::missed;
}

bool Planner::feasible(const Setting& setting) {
  if (trials_.ruled_out(setting)) return false;
  const std::size_t first = std::min(std::max<std::size_t>(2, kFirstReplications), problem_.replications);
  for (std::size_t n = first;; n = problem_.replications) {
    extend(setting, n);
    const Tried& tried = tried_[setting];
    if (tried.trials.size() >= problem_.replications) break;
    bool unclear = false;
    for (std::size_t c = 0; c < problem_.constraints.size(); ++c) {
      const Side side = side_of(tried, problem_.constraints[c], c);
      if (side == Side::missed) return false;
      unclear = unclear || side == Side::unclear;
    }
    if (!unclear) return true;
  }
  const Tried& tried = tried_[setting];
  for (std::size_t c = 0; c < problem_.constraints.size(); ++c) {
    const std::optional<Estimate> estimate = tried.estimate(c);
    if (!estimate || estimate->left_out > 0 || !problem_.constraints[c].met_by(estimate->value)) return false;
  }
  return true;
}

std::int64_t Planner::ceiling_of(std::size_t choice) {
  const auto allowed = [&](std::int64_t level) { return !trials_.ruled_out({choice, level}); };
  if (!allowed(problem_.lowest)) return problem_.lowest - 1;
  // Doubling steps first: what is asked for may be a small part of what is allowed to be asked.
  std::int64_t low = problem_.lowest;
  std::int64_t step = 1;
  std::int64_t high = low;
  while (high < problem_.highest) {
    high = std::min(problem_.highest, low + step);
    if (!allowed(high)) break;
    low = high;
    step *= 2;
  }
  if (low == problem_.highest) return low;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (allowed(middle) ? low : high) = middle;
  }
  return low;
}

std::int64_t Planner::bisect(std::size_t choice, std::int64_t feasible_level, std::int64_t infeasible_level) {
  while (infeasible_level - feasible_level > 1) {
    const std::int64_t middle = feasible_level + (infeasible_level - feasible_level) / 2;
    (feasible({choice, middle}) ? feasible_level : infeasible_level) = middle;
  }
  return feasible_level;
}

std::optional<std::int64_t> Planner::highest_level_of(std::size_t choice, std::int64_t near) {
  const std::int64_t ceiling = ceiling_of(choice);
  if (ceiling < problem_.lowest) return std::nullopt;
  const auto carries = [&](std::int64_t level) { return feasible({choice, level}); };
  std::int64_t good = std::clamp(near, problem_.lowest, ceiling);
  std::int64_t bad = good;
  std::int64_t step = std::max<std::int64_t>(1, good / 8);
  if (carries(good)) {
    for (bad = std::min(ceiling + 1, good + step); bad <= ceiling && carries(bad); step *= 2) {
      good = bad;
      bad = std::min(ceiling + 1, good + step);
    }
  } else {
    do {
      if (bad == problem_.lowest) return std::nullopt;
      good = std::max(problem_.lowest, bad - step);
      if (carries(good)) break;
      bad = good;
      step *= 2;
    } while (true);
  }
  return bisect(choice, good, bad);
}

LevelPlan Planner::highest_level() {
  std::vector<std::pair<std::int64_t, std::size_t>> by_ceiling;
  for (std::size_t choice = 0; choice < problem_.choices; ++choice)
    by_ceiling.emplace_back(ceiling_of(choice), choice);
  std::stable_sort(by_ceiling.begin(), by_ceiling.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  LevelPlan plan;
  std::int64_t best_level = problem_.lowest - 1;
  for (const auto& [ceiling, choice] : by_ceiling) {
    if (ceiling <= best_level) break;
    if (!feasible({choice, best_level + 1})) continue;
    best_level = bisect(choice, best_level + 1, ceiling + 1);
    plan.best = Setting{choice, best_level};
  }
  if (!plan.best) {
    plan.nearest = nearest_miss();
    return plan;
  }
  const std::size_t choice = plan.best->choice;
  const std::int64_t ceiling = ceiling_of(choice);
  plan.surely = last_that_holds(choice, best_level, problem_.lowest, best_level, true);
  plan.perhaps = last_that_holds(choice, best_level, best_level, ceiling, false);
  const Setting above{choice, best_level + 1};
  plan.ceiling = above.level > problem_.highest
                     ? std::optional<std::string>("it is the highest that was asked for")
                     : trials_.ruled_out(above);
  if (!plan.ceiling) {
    double most = -1;
    for (std::size_t c = 0; c < problem_.constraints.size(); ++c) {
      const std::optional<Estimate> estimate = all_of(above).estimate(c);
      const double missed = problem_.constraints[c].missed_by(estimate ? estimate->value : std::nan(""));
      if (missed > most) {
        most = missed;
        plan.limiting = c;
      }
    }
  }
  return plan;
}

bool Planner::holds_at_end(const Setting& setting, bool pessimistic) {
  if (trials_.ruled_out(setting)) return false;
  const Tried& tried = all_of(setting);
  for (std::size_t c = 0; c < problem_.constraints.size(); ++c) {
    const Constraint& constraint = problem_.constraints[c];
    const std::optional<Estimate> estimate = tried.estimate(c);
    if (!estimate) return false;
    double end = estimate->value;
    if (estimate->ci95)
      end = constraint.at_most == pessimistic ? estimate->ci95->second : estimate->ci95->first;
    if (!constraint.met_by(end)) return false;
  }
  return true;
}

std::int64_t Planner::last_that_holds(std::size_t choice, std::int64_t from, std::int64_t low,
                                      std::int64_t high, bool pessimistic) {
  const auto holds = [&](std::int64_t level) { return holds_at_end({choice, level}, pessimistic); };
  std::int64_t step = std::max<std::int64_t>(1, from / 64);
  std::int64_t good = from, bad = from;
  if (pessimistic) {  // downwards until one holds
    if (holds(from)) return from;
    for (;;) {
      good = std::max(low, bad - step);
      if (holds(good)) break;
      if (good == low) return low - 1;
      bad = good;
      step *= 2;
    }
  } else {  // upwards until one does not
    for (;;) {
      if (good == high) return high;
      bad = std::min(high, good + step);
      if (!holds(bad)) break;
      good = bad;
      step *= 2;
    }
  }
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    (holds(middle) ? good : bad) = middle;
  }
  return good;
}

double Planner::missed_by(const Setting& setting) {
  double most = 0;
  const Tried& tried = all_of(setting);
  for (std::size_t c = 0; c < problem_.constraints.size(); ++c) {
    const std::optional<Estimate> estimate = tried.estimate(c);
    most = std::max(most, problem_.constraints[c].missed_by(estimate ? estimate->value : std::nan("")));
  }
  return most;
}

Setting Planner::nearest_miss() {
  Setting nearest{0, problem_.lowest};
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t choice = 0; choice < problem_.choices; ++choice) {
    const double missed = missed_by({choice, problem_.lowest});
    if (missed >= least) continue;
    least = missed;
    nearest.choice = choice;
  }
  return nearest;
}

std::vector<std::size_t> Planner::least() {
  const std::size_t objective = problem_.constraints.size();
  std::vector<std::size_t> good;
  for (std::size_t choice = 0; choice < problem_.choices; ++choice)
    if (feasible({choice, problem_.lowest})) good.push_back(choice);
  const auto mean = [&](std::size_t choice) {
    const std::optional<Estimate> estimate = tried_[{choice, problem_.lowest}].estimate(objective);
    return estimate ? estimate->value : std::numeric_limits<double>::infinity();
  };
  const auto sort = [&] {
    std::stable_sort(good.begin(), good.end(),
                     [&](std::size_t a, std::size_t b) { return mean(a) < mean(b); });
  };
  sort();
  // Whoever could still be the best gets all replications, until that changes nothing more.
  for (bool again = true; again && !good.empty();) {
    again = false;
    const std::optional<Estimate> best = all_of({good[0], problem_.lowest}).estimate(objective);
    if (!best || !best->ci95) break;
    for (const std::size_t choice : good) {
      const Setting setting{choice, problem_.lowest};
      if (tried_[setting].trials.size() >= problem_.replications) continue;
      const double spread = 2 * (best->ci95->second - best->ci95->first);
      if (mean(choice) - best->value > spread) continue;
      all_of(setting);
      again = true;
    }
    sort();
  }
  std::vector<std::size_t> still;
  for (const std::size_t choice : good)
    if (feasible({choice, problem_.lowest})) still.push_back(choice);
  return still;
}

}  // namespace offramp
