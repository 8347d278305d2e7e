#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/simulation/tier_plan.hpp"
#include "sim/testbed/measurement.hpp"

namespace offramp {

/// A measurement as a replication, with the figures that a simulated one has. What had not ended at the
/// horizon is in flight, as there. Rates of the uplink are of what the emulated one sent, acknowledgements
/// included; over loopback of what messages come to.
Replication measured_replication(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                                 const std::map<std::string, ExitProfile>& profiles, const WorkOrder& order,
                                 const Measurement& measured);

/// How well the machine kept up.
struct Punctuality {
  double late_share = 0;  ///< time that work was done late, of all requests' latency
  double worst_s = 0;
  double relay_worst_s = 0;
  std::uint64_t overruns = 0;  ///< pieces of work that the machine took longer for than what it stands for

  /// Above these a run does not count.
  static constexpr double kMostLateShare = 0.02;
  static constexpr double kMostRelayLatenessS = 0.010;
  bool kept_up() const { return late_share <= kMostLateShare && relay_worst_s <= kMostRelayLatenessS; }
};
Punctuality punctuality_of(const Measurement& measured, const WorkOrder& order);

}  // namespace offramp
