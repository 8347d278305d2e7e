#include "models/nets/planned_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/nets/whitening.hpp"

namespace offramp {
namespace {

std::int64_t side_behind(std::int64_t side, const Layer& layer) {
  const std::int64_t span = side + 2 * layer.padding - layer.kernel + (layer.ceil ? layer.stride - 1 : 0);
  if (span < 0) throw std::invalid_argument("the images are too small for this network");
  return span / layer.stride + 1;
}

void shrink(FeatureShape& shape, const Layer& layer) {
  shape.height = side_behind(shape.height, layer);
  shape.width = side_behind(shape.width, layer);
}

/// @throws std::invalid_argument unless an exit's map of people can be cut into the cells of the grid
void require_maps(const CellGrid& grid, const FeatureShape& map) {
  if (map.channels != 2 || map.height % static_cast<std::int64_t>(grid.rows) != 0 ||
      map.width % static_cast<std::int64_t>(grid.columns) != 0)
    throw std::invalid_argument(
        fmt::format("an exit maps people at {}x{} places, which {}x{} cells do not divide evenly: choose an "
                    "input whose height "
                    "and width are multiples of the cells and of the strides",
                    map.height, map.width, grid.rows, grid.columns));
}

}  // namespace

PlannedLayersImpl::PlannedLayersImpl(const Layers& layers, FeatureShape& shape, torch::nn::Module& root,
                                     const Normalize& normalize) {
  for (std::size_t i = 0; i < layers.size(); ++i)
    steps_.push_back(make_step(layers[i], std::to_string(i), shape, root, normalize));
}

torch::Tensor PlannedLayersImpl::forward(torch::Tensor x) {
  for (const Step& step : steps_) x = step(x);
  return x;
}

PlannedLayersImpl::Step PlannedLayersImpl::make_step(const Layer& layer, const std::string& place,
                                                     FeatureShape& shape, torch::nn::Module& root,
                                                     const Normalize& normalize) {
  torch::nn::Module& owner = layer.name.empty() ? *this : root;
  const std::string& name = layer.name.empty() ? place : layer.name;
  switch (layer.kind) {
    case Layer::Kind::normalize:
      return normalize;
    case Layer::Kind::whitening: {
      auto module = owner.register_module(name, Whitening(shape.channels));
      shape.channels *= 9;
      return [module](const torch::Tensor& x) mutable { return module->forward(x); };
    }
    case Layer::Kind::convolution:
      return make_convolution(layer, name, shape, owner);
    case Layer::Kind::batch_norm: {
      auto module = owner.register_module(name, torch::nn::BatchNorm2d(shape.channels));
      return [module](const torch::Tensor& x) { return module->forward(x); };
    }
    case Layer::Kind::relu:
      return [](const torch::Tensor& x) { return torch::relu(x); };
    case Layer::Kind::leaky_relu:
      return [share = layer.share](const torch::Tensor& x) { return torch::leaky_relu(x, share); };
    case Layer::Kind::max_pool:
      shrink(shape, layer);
      return [kernel = layer.kernel, stride = layer.stride, ceil = layer.ceil](const torch::Tensor& x) {
        return torch::max_pool2d(x, kernel, stride, 0, 1, ceil);
      };
    case Layer::Kind::global_max_pool: {
      const std::vector<std::int64_t> window{shape.height, shape.width};
      shape = {shape.channels, 1, 1};
      return [window](const torch::Tensor& x) { return torch::max_pool2d(x, window).flatten(1); };
    }
    case Layer::Kind::global_average_pool:
      shape = {shape.channels, 1, 1};
      return [](const torch::Tensor& x) { return torch::mean(x, {2, 3}); };
    case Layer::Kind::flatten:
      shape = {shape.elements(), 1, 1};
      return [](const torch::Tensor& x) { return x.flatten(1); };
    case Layer::Kind::linear: {
      auto module = owner.register_module(name, torch::nn::Linear(shape.elements(), layer.outputs));
      shape = {layer.outputs, 1, 1};
      return [module](const torch::Tensor& x) { return module->forward(x); };
    }
    case Layer::Kind::scale:
      return [factor = layer.share](const torch::Tensor& x) { return x * factor; };
    case Layer::Kind::spread: {
      const std::int64_t squares = layer.kernel * layer.kernel;
      if (shape.channels % squares != 0)
        throw std::invalid_argument("channels that cannot be spread over squares");
      shape = {shape.channels / squares, shape.height * layer.kernel, shape.width * layer.kernel};
      return [side = layer.kernel](const torch::Tensor& x) { return torch::pixel_shuffle(x, side); };
    }
    case Layer::Kind::dropout: {
      auto module = owner.register_module(name, torch::nn::Dropout(layer.share));
      return [module](const torch::Tensor& x) { return module->forward(x); };
    }
    case Layer::Kind::residual:
      return make_residual(layer, name, shape, root, normalize);
    case Layer::Kind::chain: {
      auto module = owner.register_module(name, PlannedLayers(layer.body, shape, root, normalize));
      return [module](const torch::Tensor& x) { return module->forward(x); };
    }
  }
  throw std::invalid_argument("unknown kind of layer");
}

PlannedLayersImpl::Step PlannedLayersImpl::make_convolution(const Layer& layer, const std::string& name,
                                                            FeatureShape& shape, torch::nn::Module& owner) {
  const std::int64_t channels = layer.depthwise ? shape.channels : layer.outputs;
  auto module = owner.register_module(
      name, torch::nn::Conv2d(torch::nn::Conv2dOptions(shape.channels, channels, layer.kernel)
                                  .stride(layer.stride)
                                  .padding(layer.padding)
                                  .groups(layer.depthwise ? channels : 1)
                                  .bias(layer.bias)));
  if (layer.identity)
    torch::nn::init::dirac_(module->weight.detach().narrow(0, 0, std::min(shape.channels, channels)));
  shrink(shape, layer);
  shape.channels = channels;
  return [module](const torch::Tensor& x) { return module->forward(x); };
}

PlannedLayersImpl::Step PlannedLayersImpl::make_residual(const Layer& layer, const std::string& name,
                                                         FeatureShape& shape, torch::nn::Module& root,
                                                         const Normalize& normalize) {
  torch::nn::Module& owner = layer.name.empty() ? *this : root;
  FeatureShape side = shape;
  auto body = owner.register_module(name + "_body", PlannedLayers(layer.body, shape, root, normalize));
  if (layer.shortcut.empty()) {
    if (side != shape) throw std::invalid_argument("a residual block whose shapes differ needs a shortcut");
    return [body](const torch::Tensor& x) { return body->forward(x) + x; };
  }
  auto shortcut =
      owner.register_module(name + "_shortcut", PlannedLayers(layer.shortcut, side, root, normalize));
  if (side != shape)
    throw std::invalid_argument("body and shortcut of a residual block have different shapes");
  return [body, shortcut](const torch::Tensor& x) { return body->forward(x) + shortcut->forward(x); };
}

PlannedNetwork::PlannedNetwork(const std::string& name, const NetworkPlan& plan, const FeatureShape& input)
    : BranchyNetwork(name, input.channels), cells_(plan.cells), mask_margin_(plan.mask_margin) {
  const auto normalize = [this](const torch::Tensor& x) { return normalized(x); };
  const auto build = [&](const std::string& part, const Layers& layers, FeatureShape& shape) {
    return register_module(part, PlannedLayers(layers, shape, *this, normalize));
  };
  // The trunk first, so that its fresh weights are the same with exits and without.
  FeatureShape shape = input;
  std::vector<FeatureShape> behind;
  segments_.emplace_back();
  std::size_t exits_found = 0;
  for (const Block& block : plan.trunk) {
    segments_.back().push_back(build(block.name, block.layers, shape));
    const bool exit =
        exits_found < plan.early_exits.size() && plan.early_exits[exits_found].after == block.name;
    if (!exit) continue;
    ++exits_found;
    behind.push_back(shape);
    segments_.emplace_back();
  }
  if (exits_found != plan.early_exits.size() || segments_.back().empty())
    throw std::invalid_argument("an early exit stands behind no block, or behind the last");
  Head last;
  last.classifier = build("classifier", plan.classifier, shape);
  if (cells_) require_maps(*cells_, shape);
  for (std::size_t i = 0; i < exits_found; ++i) {
    const PlannedExit& exit = plan.early_exits[i];
    FeatureShape at = behind[i];
    Head head;
    if (!exit.body.empty()) head.body = build("exit_" + exit.after, exit.body, at);
    FeatureShape router_at = at;
    head.classifier = build("exit_" + exit.after + "_classifier", exit.classifier, at);
    if (cells_) require_maps(*cells_, at);
    if (!exit.router.empty()) head.router = build("exit_" + exit.after + "_router", exit.router, router_at);
    has_routers_ = has_routers_ || !exit.router.empty();
    heads_.push_back(std::move(head));
  }
  heads_.push_back(std::move(last));
}

torch::Tensor PlannedNetwork::backbone(int segment, const torch::Tensor& x) {
  torch::Tensor feature = x;
  for (PlannedLayers& block : segments_.at(static_cast<std::size_t>(segment))) feature = block(feature);
  return feature;
}

torch::Tensor PlannedNetwork::head(int exit, const torch::Tensor& feature) {
  Head& head = heads_.at(static_cast<std::size_t>(exit));
  return head.classifier(head.body ? head.body(feature) : feature);
}

HeadAnswer PlannedNetwork::answer(int exit, const torch::Tensor& feature) {
  Head& head = heads_.at(static_cast<std::size_t>(exit));
  const torch::Tensor read = head.body ? head.body(feature) : feature;
  return {head.classifier(read), head.router ? head.router(read).flatten() : torch::Tensor()};
}

}  // namespace offramp
