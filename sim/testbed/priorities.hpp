#pragma once

namespace offramp {

// Of real-time threads; the relay's is above them (50).
inline constexpr int kLoopPriority = 40;  ///< sockets and timers: little to do, at once
inline constexpr int kWorkPriority = 30;  ///< networks and codecs

/// Work that is meant to take less is done in the loop's own thread: handing it over and back takes as long.
inline constexpr double kShortWorkS = 200e-6;

}  // namespace offramp
