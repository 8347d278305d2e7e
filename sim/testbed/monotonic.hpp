#pragma once

namespace offramp {

/// Seconds of CLOCK_MONOTONIC, which all processes and namespaces of a machine share.
double monotonic_s();

}  // namespace offramp
