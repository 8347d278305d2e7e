#include "sim/layers/layer_counter.hpp"

#include <utility>

namespace offramp {
namespace {

constexpr double kFloatBytes = 4;

double elements(const FeatureShape& shape) { return static_cast<double>(shape.elements()); }

std::int64_t pooled_side(std::int64_t side, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                         bool ceil_mode) {
  const std::int64_t span = side + 2 * padding - kernel + (ceil_mode ? stride - 1 : 0);
  return span / stride + 1;
}

}  // namespace

LayerCost& LayerCost::operator+=(const LayerCost& other) {
  cost.calls += other.cost.calls;
  cost.flops += other.cost.flops;
  cost.weight_bytes += other.cost.weight_bytes;
  cost.activation_bytes += other.cost.activation_bytes;
  parameters += other.parameters;
  macs += other.macs;
  depthwise_macs += other.depthwise_macs;
  return *this;
}

LayerCost LayerPlan::total() const {
  LayerCost sum;
  for (const Segment& segment : segments) sum += segment.layers;
  return sum;
}

LayerCounter::LayerCounter(std::string network, FeatureShape input, std::size_t classes) : shape_(input) {
  plan_.name = std::move(network);
  plan_.input = input;
  plan_.num_classes = classes;
}

LayerCounter& LayerCounter::segment(std::string name) {
  plan_.segments.push_back({std::move(name), {}});
  return *this;
}

void LayerCounter::count(double flops, double weights, double read, double written) {
  ComputeCost& cost = plan_.segments.back().layers.cost;
  ++cost.calls;
  cost.flops += flops;
  cost.weight_bytes += kFloatBytes * weights;
  cost.activation_bytes += kFloatBytes * (read + written);
}

LayerCounter& LayerCounter::convolution(const Convolution& layer) {
  const std::int64_t padding = layer.padding < 0 ? (layer.kernel - 1) / 2 : layer.padding;
  const FeatureShape out{layer.channels,
                         pooled_side(shape_.height, layer.kernel, layer.stride, padding, false),
                         pooled_side(shape_.width, layer.kernel, layer.stride, padding, false)};
  const std::int64_t inputs = shape_.channels / layer.groups;
  const auto products = static_cast<double>(inputs * layer.kernel * layer.kernel);
  const auto channels = static_cast<double>(layer.channels);
  const double biases = layer.bias ? channels : 0;
  count(elements(out) * (2 * products + (layer.bias ? 1 : 0)), channels * products + biases, elements(shape_),
        elements(out));
  LayerCost& layers = plan_.segments.back().layers;
  layers.parameters += channels * products + biases;
  layers.macs += elements(out) * products;
  if (inputs == 1 && layer.groups > 1) layers.depthwise_macs += elements(out) * products;
  shape_ = out;
  return *this;
}

LayerCounter& LayerCounter::batch_norm() {
  const auto channels = static_cast<double>(shape_.channels);
  // Read: scale, offset, running mean, running variance. Learned: the first two.
  count(2 * elements(shape_), 4 * channels, elements(shape_), elements(shape_));
  plan_.segments.back().layers.parameters += 2 * channels;
  return *this;
}

LayerCounter& LayerCounter::activation() {
  count(elements(shape_), 0, elements(shape_), elements(shape_));
  return *this;
}

LayerCounter& LayerCounter::max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                                     bool ceil_mode) {
  const FeatureShape out{shape_.channels, pooled_side(shape_.height, kernel, stride, padding, ceil_mode),
                         pooled_side(shape_.width, kernel, stride, padding, ceil_mode)};
  count(elements(out) * static_cast<double>(kernel * kernel), 0, elements(shape_), elements(out));
  shape_ = out;
  return *this;
}

LayerCounter& LayerCounter::global_average_pool() {
  const auto channels = static_cast<double>(shape_.channels);
  count(elements(shape_), 0, elements(shape_), channels);
  shape_ = {shape_.channels, 1, 1};
  return *this;
}

LayerCounter& LayerCounter::linear(std::int64_t outputs) {
  const double in = elements(shape_);
  const auto out = static_cast<double>(outputs);
  count(out * (2 * in + 1), out * in + out, in, out);
  LayerCost& layers = plan_.segments.back().layers;
  layers.parameters += out * in + out;
  layers.macs += out * in;
  shape_ = {outputs, 1, 1};
  return *this;
}

LayerCounter& LayerCounter::add_feature() {
  count(elements(shape_), 0, 2 * elements(shape_), elements(shape_));
  return *this;
}

LayerCounter& LayerCounter::scale_channels() {
  count(elements(shape_), 0, elements(shape_) + static_cast<double>(shape_.channels), elements(shape_));
  return *this;
}

LayerCounter& LayerCounter::padded_shortcut(const FeatureShape& from) {
  const double kept = static_cast<double>(from.channels * shape_.height * shape_.width);
  count(elements(shape_), 0, kept, elements(shape_));
  return *this;
}

LayerCounter& LayerCounter::continue_from(const FeatureShape& shape) {
  shape_ = shape;
  return *this;
}

}  // namespace offramp
