#pragma once

#include <torch/torch.h>

#include <string_view>
#include <vector>

namespace offramp {

/// Floating-point operations of one operator, a multiply and an add counting as two:
///   convolution        2 x outputs x (input channels / groups) x kernel area, + outputs for a bias
///   linear, addmm, mm  2 x outputs x inner length, + outputs for a bias
///   pooling            outputs x window area
///   batch norm, addcmul  2 x outputs
///   softmax            5 x outputs
///   anything else      1 x outputs (activations, sums of features)
/// @param name    with its namespace: "aten::conv2d"
double operator_flops(std::string_view name, const std::vector<c10::IValue>& inputs,
                      const torch::Tensor& output);

}  // namespace offramp
