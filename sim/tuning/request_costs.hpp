#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {

/// What one image costs by the exit that answers it: the exit's own figure, and what crossing the cut adds.
struct RequestCosts {
  std::vector<double> of_exit;   ///< [exits]
  std::vector<double> crossing;  ///< [images], for those that an exit behind the cut answers; empty: nothing
  std::size_t first_behind = 0;  ///< the first exit behind the cut

  double of(std::size_t exit, std::size_t image) const {
    return of_exit[exit] + (exit >= first_behind && !crossing.empty() ? crossing[image] : 0);
  }
};

/// Whether a rule has an exit's head run at all (ExitPolicy::asks).
using AsksExit = std::function<bool(std::size_t exit)>;

/// 1 for what an exit behind the cut answers: its mean is the share that is offloaded.
RequestCosts offload_costs(const SetAnswers& answers);

/// Floating-point operations of all tiers together: the segments up to the exit, and the heads asked up to
/// it.
RequestCosts flop_costs(const ExitProfile& profile, const SetAnswers& answers, const AsksExit& asks);

/// Coded bytes that cross the cut. @throws std::invalid_argument without a cut
RequestCosts byte_costs(const SetAnswers& answers);

/// Time that a device of this type computes and encodes for a request, all alone. Without a cut it computes
/// everything.
RequestCosts device_second_costs(const ExitProfile& profile, const SetAnswers& answers,
                                 const DeviceType& type, const AsksExit& asks);

/// Energy that a request takes from the device: its busy power over device_second_costs, and its radio's
/// joules a byte (while sending) over the wire bytes of what crosses. Waiting draws idle power, which is not
/// counted: it belongs to no request.
RequestCosts device_joule_costs(const ExitProfile& profile, const SetAnswers& answers, const DeviceType& type,
                                const AsksExit& asks);

}  // namespace offramp
