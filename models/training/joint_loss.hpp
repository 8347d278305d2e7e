#pragma once

#include <torch/torch.h>

#include <vector>

namespace offramp {

/// The sum over exits of weight times mean cross entropy: what BranchyNet trains on.
/// @param logits   one tensor an exit, [images, classes]
/// @param weights  one an exit
/// @param label_smoothing  share of the target that is spread over all classes
/// @return a scalar, f32
torch::Tensor joint_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& labels,
                         const std::vector<double>& weights, double label_smoothing = 0);

/// What early exits learn from the final one: the mean over images and early exits of T^2 times the
/// Kullback-Leibler divergence between the softmax at temperature T of the final exit, which learns nothing
/// by it, and the early one's. Source: Hinton, Vinyals and Dean (2015).
/// @param logits  one tensor an exit, at least two
torch::Tensor distillation_loss(const std::vector<torch::Tensor>& logits, double temperature);

/// What exits learn from teachers: the sum over exits of weight times T^2 times the mean over images of the
/// Kullback-Leibler divergence between the teachers' answer and the exit's softmax at temperature T.
/// @param logits   one tensor an exit, [images, classes]
/// @param answer   [images, classes], f32: the teachers' softmax at that temperature
torch::Tensor taught_loss(const std::vector<torch::Tensor>& logits, const torch::Tensor& answer,
                          const std::vector<double>& weights, double temperature);

/// What routers learn: binary cross entropy of "this answer will do", which is so when it is right, or when
/// the final exit's is wrong as well; the mean over images and exits before the final one. Source: hybrid
/// cloud-edge networks (ICLR 2022 submission).
/// @param routers  one tensor of logits [images] an exit before the final one
torch::Tensor router_loss(const std::vector<torch::Tensor>& logits, const std::vector<torch::Tensor>& routers,
                          const torch::Tensor& labels);

}  // namespace offramp
