#pragma once

#include <cstdint>

#include "models/nets/network_options.hpp"
#include "models/nets/network_plan.hpp"

namespace offramp {

// One function a network, each in a file of its own: its plan for so many classes, with the options that the
// description gives. The exits are where BranchyNetwork's `exits` and options.exits_after want them.

/// AlexNet for 32x32 pictures, as BranchyNet has it, with batch norm where that has local response norm.
/// options.branches: published, or strided for a third of the cost.
NetworkPlan alexnet_plan(NetworkOptions& options, std::int64_t classes);
/// MobileNetV2 for 32x32 pictures.
NetworkPlan mobilenet_plan(NetworkOptions& options, std::int64_t classes);
/// ResNet-9: two residual blocks among four convolutions that double the channels.
NetworkPlan resnet9_plan(NetworkOptions& options, std::int64_t classes);
/// ResNet-9 with three residual blocks, most of its arithmetic in the later ones.
NetworkPlan resnet9_late_plan(NetworkOptions& options, std::int64_t classes);
/// BranchyNet's LeNet.
NetworkPlan lenet_plan(NetworkOptions& options, std::int64_t classes);
/// Darknet-53, its exits where Hu et al. have them.
NetworkPlan darknet53_plan(NetworkOptions& options, std::int64_t classes);
/// Darknet-53 that counts people in the cells of a grid, its exits where Hu et al. have them.
NetworkPlan darknet53_cells_plan(NetworkOptions& options, std::int64_t classes);
/// MobileNet at the edge, a converter, ResNet-9 in the cloud.
NetworkPlan bridge_plan(NetworkOptions& options, std::int64_t classes);
/// MobileNet and a router at the edge, the late ResNet-9 in the cloud, which reads the raw image.
NetworkPlan hybrid_plan(NetworkOptions& options, std::int64_t classes);

}  // namespace offramp
