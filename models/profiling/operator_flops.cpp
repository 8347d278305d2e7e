#include "models/profiling/operator_flops.hpp"

#include <cstdint>

namespace offramp {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const std::string_view candidate : names)
    if (name == candidate) return true;
  return false;
}

torch::Tensor tensor_at(const std::vector<c10::IValue>& inputs, std::size_t index) {
  if (index >= inputs.size() || !inputs[index].isTensor()) return {};
  return inputs[index].toTensor();
}

double elements(const torch::Tensor& tensor) { return static_cast<double>(tensor.numel()); }

/// [out, in / groups, height, width]: all but the first is one output's sum.
double convolution_flops(const std::vector<c10::IValue>& inputs, const torch::Tensor& output) {
  const torch::Tensor weight = tensor_at(inputs, 1);
  const double products = elements(weight) / static_cast<double>(weight.size(0));
  const double bias = tensor_at(inputs, 2).defined() ? 1 : 0;
  return elements(output) * (2 * products + bias);
}

/// The window of a pooling operator: its second argument, one number or one a dimension.
double window_area(const std::vector<c10::IValue>& inputs) {
  if (inputs.size() < 2 || !inputs[1].isIntList()) return 1;
  double area = 1;
  const std::vector<std::int64_t> sides = inputs[1].toIntVector();
  for (const std::int64_t side : sides) area *= static_cast<double>(side);
  return sides.size() == 1 ? area * area : area;
}

}  // namespace

double operator_flops(std::string_view name, const std::vector<c10::IValue>& inputs,
                      const torch::Tensor& output) {
  const double outputs = elements(output);
  if (is_one_of(name, {"aten::conv2d", "aten::convolution", "aten::_convolution"}))
    return convolution_flops(inputs, output);
  if (name == "aten::linear") {
    const double bias = tensor_at(inputs, 2).defined() ? 1 : 0;
    return outputs * (2 * static_cast<double>(tensor_at(inputs, 0).size(-1)) + bias);
  }
  if (name == "aten::addmm") return outputs * (2 * static_cast<double>(tensor_at(inputs, 1).size(-1)) + 1);
  if (is_one_of(name, {"aten::mm", "aten::matmul", "aten::bmm"}))
    return outputs * 2 * static_cast<double>(tensor_at(inputs, 0).size(-1));
  if (is_one_of(name, {"aten::max_pool2d", "aten::avg_pool2d"})) return outputs * window_area(inputs);
  if (is_one_of(name, {"aten::adaptive_avg_pool2d", "aten::mean"})) return elements(tensor_at(inputs, 0));
  if (is_one_of(name, {"aten::batch_norm", "aten::addcmul"})) return 2 * outputs;
  if (is_one_of(name, {"aten::softmax", "aten::log_softmax"})) return 5 * outputs;
  return outputs;
}

}  // namespace offramp
