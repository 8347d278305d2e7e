#pragma once

namespace offramp {

// Of real-time threads; the relay's is above them (50).
inline constexpr int kLoopPriority = 40;  ///< sockets and timers: little to do, at once
inline constexpr int kWorkPriority = 30;  ///< networks and codecs

}  // namespace offramp
