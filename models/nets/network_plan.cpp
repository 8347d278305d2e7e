#include "models/nets/network_plan.hpp"

#include <utility>

namespace offramp {
namespace {

Layer of_kind(Layer::Kind kind) {
  Layer layer;
  layer.kind = kind;
  return layer;
}

Layer pool(std::int64_t kernel, std::int64_t stride, bool ceil) {
  Layer layer = of_kind(Layer::Kind::max_pool);
  layer.kernel = kernel;
  layer.stride = stride;
  layer.ceil = ceil;
  return layer;
}

}  // namespace

Layer Layer::named(std::string new_name) const {
  Layer copy = *this;
  copy.name = std::move(new_name);
  return copy;
}

Layer normalize() { return of_kind(Layer::Kind::normalize); }
Layer whitening() { return of_kind(Layer::Kind::whitening); }
Layer relu() { return of_kind(Layer::Kind::relu); }
Layer flatten() { return of_kind(Layer::Kind::flatten); }
Layer batch_norm() { return of_kind(Layer::Kind::batch_norm); }
Layer global_max_pool() { return of_kind(Layer::Kind::global_max_pool); }
Layer global_average_pool() { return of_kind(Layer::Kind::global_average_pool); }
Layer max_pool(std::int64_t kernel, std::int64_t stride) { return pool(kernel, stride, false); }
Layer max_pool_ceil(std::int64_t kernel, std::int64_t stride) { return pool(kernel, stride, true); }

Layer leaky_relu(double share) {
  Layer layer = of_kind(Layer::Kind::leaky_relu);
  layer.share = share;
  return layer;
}

Layer dropout(double share) {
  Layer layer = of_kind(Layer::Kind::dropout);
  layer.share = share;
  return layer;
}

Layer scale(double factor) {
  Layer layer = of_kind(Layer::Kind::scale);
  layer.share = factor;
  return layer;
}

Layer spread(std::int64_t side) {
  Layer layer = of_kind(Layer::Kind::spread);
  layer.kernel = side;
  return layer;
}

Layer linear(std::int64_t outputs) {
  Layer layer = of_kind(Layer::Kind::linear);
  layer.outputs = outputs;
  return layer;
}

Layer convolution(std::int64_t channels, std::int64_t kernel, std::int64_t padding) {
  Layer layer = of_kind(Layer::Kind::convolution);
  layer.outputs = channels;
  layer.kernel = kernel;
  layer.padding = padding < 0 ? (kernel - 1) / 2 : padding;
  return layer;
}

Layer identity_convolution(std::int64_t channels, std::int64_t kernel) {
  Layer layer = convolution(channels, kernel);
  layer.bias = false;
  layer.identity = true;
  return layer;
}

Layer residual(Layers body, Layers shortcut) {
  Layer layer = of_kind(Layer::Kind::residual);
  layer.body = std::move(body);
  layer.shortcut = std::move(shortcut);
  return layer;
}

Layer chain(std::string name, Layers body) {
  Layer layer = of_kind(Layer::Kind::chain);
  layer.name = std::move(name);
  layer.body = std::move(body);
  return layer;
}

Layers conv_bn(std::int64_t channels, std::int64_t kernel, std::int64_t stride) {
  Layer layer = convolution(channels, kernel);
  layer.stride = stride;
  layer.bias = false;
  return {layer, batch_norm()};
}

Layers conv_bn_relu(std::int64_t channels, std::int64_t kernel, std::int64_t stride) {
  return in_order(conv_bn(channels, kernel, stride), relu());
}

Layers depthwise_bn_relu(std::int64_t stride) {
  Layer layer = convolution(0, 3);
  layer.stride = stride;
  layer.bias = false;
  layer.depthwise = true;
  return {layer, batch_norm(), relu()};
}

std::vector<Block> prefixed(const std::string& prefix, std::vector<Block> blocks) {
  for (Block& block : blocks) block.name = prefix + block.name;
  return blocks;
}

Layers chains(const std::vector<Block>& blocks) {
  Layers layers;
  for (const Block& block : blocks) layers.push_back(chain(block.name, block.layers));
  return layers;
}

}  // namespace offramp
