#pragma once

#include <memory>

#include "sim/testbed/real_work.hpp"

namespace offramp {

/// The devices' part of each route's network, by LibTorch on the real images, and the real encoder.
/// @throws UserError for a network or data that cannot be loaded
std::unique_ptr<EdgeWork> make_torch_edge(const WorkOrder& order);

/// The cloud's part, and the real decoder.
std::unique_ptr<CloudWork> make_torch_cloud(const WorkOrder& order);

}  // namespace offramp
