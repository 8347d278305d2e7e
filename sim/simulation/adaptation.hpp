#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/policy/adaptive_policy.hpp"
#include "sim/policy/transfer_history.hpp"
#include "sim/record/recorder.hpp"
#include "sim/record/request_record.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/device_stations.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// The devices that adapt: which of its group's routes each frame takes, decided when it arrives, by what its
/// device knows then. Made only for scenarios with such a group.
class Adaptation {
 public:
  Adaptation(const Scenario& scenario, const std::vector<RoutePlan>& routes, std::size_t devices,
             Recorder& recorder);

  static bool needed_by(const Scenario& scenario);
  bool adapts(std::uint32_t group) const { return groups_[group].policy != nullptr; }

  /// The route of a frame that arrives now; counted.
  std::uint32_t choose_route(std::uint32_t group, std::uint32_t device, double now_s,
                             DeviceStations& stations);

  // What the device sees of its transfers; of groups that do not adapt, nothing is kept.
  void message_ready(const RequestRecord& request, double now_s);
  void message_left(const RequestRecord& request, double now_s);
  /// @param left_s  when its message had left
  void answer_seen(const RequestRecord& request, double left_s, double now_s);
  /// It has crashed.
  void forget(std::uint32_t device) { histories_[device] = {}; }

  /// [route]: the share of its group's measured frames that took it.
  std::vector<double> route_shares() const;

 private:
  struct Group {
    std::unique_ptr<AdaptivePolicy> policy;  ///< null: it does not adapt
    TransferHistory::Memory memory;
    std::vector<std::uint32_t> routes;  ///< of its settings, its own first
    std::vector<SettingCost> costs;
  };

  std::vector<Group> groups_;
  std::vector<TransferHistory> histories_;  ///< one a device
  Recorder& recorder_;
  std::vector<double> taken_;  ///< [route], measured frames
};

}  // namespace offramp
