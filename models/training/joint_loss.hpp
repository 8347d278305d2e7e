#pragma once

#include <torch/torch.h>

#include <vector>

namespace offramp {

/// The sum over exits of weight times mean cross entropy: what BranchyNet trains on.
/// @param logits   one tensor an exit, [images, classes]
/// @param weights  one an exit
/// @return a scalar, f32
torch::Tensor joint_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                         const std::vector<double>& weights);

}  // namespace offramp
