#pragma once

#include <simgrid/forward.h>

namespace offramp {

/// SimGrid's kernel as a network of pure flows: what its models would add to a transfer (latency factors,
/// windows, cross traffic) is ours to add, as events. One a process: fork first. It is never destroyed: it
/// ends with its process, transfers under way and all.
simgrid::s4u::Engine& start_engine();

}  // namespace offramp
