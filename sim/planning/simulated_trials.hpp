#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/planning/planner.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// Tries settings by simulating them, each replication in a process of its own, all settings on the same
/// random streams.
///
/// Two things are known before anything runs, from the profile's images alone: what each resource is asked
/// for (a setting that asks one for more than it can do is ruled out), and the accuracy, which with no drops,
/// timeouts or nights depends on the exit policy only; its exact value stands in for the simulated one.
///
/// With `warmup: auto` it is measured once a setting, before its first replication. One that does not settle
/// is ruled out from then on, and its trials are undefined.
class SimulatedTrials final : public Trials {
 public:
  /// @param scenario_at  the scenario at a setting
  /// @param metrics      of each Trial, by name in summary.json
  /// @param same_routes  a choice plans the same routes at all levels
  SimulatedTrials(std::function<Scenario(const Setting&)> scenario_at,
                  const std::map<std::string, ExitProfile>& profiles, std::vector<Constraint> constraints,
                  std::vector<std::string> metrics, bool same_routes);

  std::vector<Trial> run(const Setting& setting, std::size_t first, std::size_t count) override;
  std::optional<std::string> ruled_out(const Setting& setting) override;

  /// What each resource is asked for at a setting; empty for a user's own platform.
  std::vector<OfferedLoad> loads(const Setting& setting);
  /// Called before each replication with how many have run.
  void on_run(std::function<void(std::size_t)> tell) { tell_ = std::move(tell); }

 private:
  struct Prepared {
    Scenario scenario;
    std::shared_ptr<const std::vector<RoutePlan>> routes;
    std::vector<OfferedLoad> loads;
    std::optional<double> accuracy;  ///< where it is known exactly
  };
  const Prepared& prepared(const Setting& setting);
  /// @return false when its warm-up does not end
  bool settle(const Setting& setting);

  std::function<Scenario(const Setting&)> scenario_at_;
  const std::map<std::string, ExitProfile>& profiles_;
  std::vector<Constraint> constraints_;
  std::vector<std::string> metrics_;
  bool same_routes_;
  std::map<std::size_t, std::shared_ptr<const std::vector<RoutePlan>>>
      routes_;  ///< by choice, where they stay
  std::map<Setting, std::optional<std::string>> verdicts_;
  std::map<Setting, std::optional<double>>
      warm_ups_s_;  ///< where they are measured; none: it does not settle
  Setting current_{};
  std::optional<Prepared> held_;  ///< of `current_`
  std::function<void(std::size_t)> tell_;
  std::size_t runs_ = 0;
};

}  // namespace offramp
