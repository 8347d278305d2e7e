#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/simulation/frames_by_count.hpp"
#include "sim/simulation/tier_plan.hpp"
#include "sim/workload/people_in_view.hpp"

namespace offramp {

/// Which frame a camera shows next, where its group says so with `people`: the frames of a set in their
/// order, over and over, from a frame of its own on; or frames with as many people as a count process says.
class FrameSource {
 public:
  /// Whether any group says so.
  static bool needed_by(const Scenario& scenario);

  FrameSource(const Scenario& scenario, const std::vector<RoutePlan>& routes,
              const std::vector<std::uint32_t>& device_groups, std::uint64_t replication);

  /// Whether this group's cameras show what next_frame says.
  bool serves(std::uint32_t group) const { return serves_[group] != 0; }
  struct Shown {
    std::uint32_t frame = 0;
    /// How many people more or fewer are in it than the process said; nothing of frames in their order.
    std::optional<double> people_off = {};
  };
  /// @param route   the one that the frame takes, whose set the camera shows
  /// @param now_s   not before that of the device's last frame
  Shown next_frame(std::uint32_t device, std::uint32_t route, double now_s);

 private:
  struct CountedCamera {
    PeopleInView people;
    RandomEngine frames;
  };

  const std::vector<RoutePlan>& routes_;
  std::vector<std::uint8_t> serves_;  ///< [group]
  std::vector<std::uint32_t> next_;   ///< [device]: its next frame, or where it stands among the counted
  std::vector<std::unique_ptr<const PeopleProcess>> processes_;  ///< [group]; null: frames in their order
  std::vector<std::optional<FramesByCount>> by_count_;           ///< [route], of groups with a process
  std::vector<std::uint32_t> groups_;                            ///< [device]
  std::vector<CountedCamera> counted_;
};

}  // namespace offramp
