#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Runs `work` and counts every operator that it starts: what the network really does, seen through
/// LibTorch's own instrumentation, not what somebody thinks that it does. Views cost nothing.
/// @param weights  which tensors are; all others are activations
ComputeCost count_cost(const std::vector<torch::Tensor>& weights, const std::function<void()>& work);

/// The cost of each exit's backbone segment and branch head for one image.
std::vector<ExitCost> count_exit_costs(BranchyNetwork& network, const FeatureShape& input);

}  // namespace offramp
