#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "sim/policy/cells_answered.hpp"
#include "sim/policy/exit_policy.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

// What plan_route does besides for a network that answers by cells.

/// @throws UserError when the group's model.yaml and its profile do not agree on cells, or the group asks for
/// what cells cannot have
void check_cells(const DeviceGroup& group, const ExitProfile& profile);

/// The image set whose frames the group's devices show: the test set, or the one that is replayed.
std::size_t set_shown(const DeviceGroup& group, const ExitProfile& profile);

/// @throws UserError when a group's people are so many or few on the mean that no frame shows them
void check_people(const DeviceGroup& group, const FrameOutcomes& frames, const ExitProfile& profile);

/// A policy's way through the network, where one exit takes everything whatever anybody says.
std::unique_ptr<ExitPolicy> decided_elsewhere(std::unique_ptr<ExitPolicy> policy, int exit);

/// Frame by frame, what is left when the device has run, and what it would answer alone.
FrameOutcomes frames_on_device(const ImageSet& set, CellsAnswered answered,
                               const std::optional<FallbackPlan>& fallback, int last_on_device);

/// Adds what becomes of the frames at last.
/// @param answered  by all tiers
void finish_frames(FrameOutcomes& frames, const ImageSet& set, const CellsAnswered& answered,
                   std::optional<double> ratio);

/// Has the route's last hop carry of each frame so much of what it does, rounded to whole bytes.
void send_ratio(RoutePlan& route, double ratio);

}  // namespace offramp
