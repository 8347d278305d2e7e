#pragma once

#include <functional>
#include <iosfwd>
#include <memory>

#include "sim/testbed/real_work.hpp"

namespace offramp {

// What a process of a testbed does, from its order to its report. It is told on standard input and answers on
// standard output, a line each:
//
//     <- a WorkOrder as JSON
//     -> ready [PORT]                PORT: where the cloud listens
//     <- start TIME HOST PORT        TIME: second 0, of CLOCK_MONOTONIC; HOST, PORT: the cloud's
//     -> its report as JSON

/// @param make  loads what the order needs
/// @throws std::runtime_error when it is not told what it needs: whoever started it is gone
void serve_devices(std::istream& in, std::ostream& out,
                   const std::function<std::unique_ptr<EdgeWork>(const WorkOrder&)>& make);
void serve_cloud(std::istream& in, std::ostream& out,
                 const std::function<std::unique_ptr<CloudWork>(const WorkOrder&)>& make);

}  // namespace offramp
