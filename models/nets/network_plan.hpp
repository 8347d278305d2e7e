#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

struct Layer;
using Layers = std::vector<Layer>;

/// One layer of a network, as data.
struct Layer {
  enum class Kind {
    normalize,  ///< pixels in 0..255 to mean 0, deviation 1
    whitening,  ///< decorrelates 3x3 patches, fitted once before training; 9 channels for each
    convolution,
    batch_norm,
    relu,
    leaky_relu,  ///< `share` of what is negative passes
    max_pool,
    global_max_pool,
    global_average_pool,
    flatten,
    linear,
    scale,   ///< times `share`
    spread,  ///< kernel x kernel channels become a square of so many pixels (Shi et al., CVPR 2016)
    dropout,
    residual,  ///< body(x) + shortcut(x); an empty shortcut is x itself
    chain,     ///< body, under a name of its own
  };

  Kind kind = Kind::relu;
  std::int64_t outputs = 0;  ///< channels of a convolution, numbers of a linear layer
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  bool depthwise = false;  ///< each channel by itself; `outputs` is not looked at
  bool bias = true;
  bool identity = false;  ///< before training a convolution's first filters pass its inputs on, one each
  bool ceil = false;      ///< a last row or column that no window completes is pooled alone
  double share = 0;       ///< what a dropout drops, what a leaky ReLU lets pass, what a scale multiplies by
  /// Under which its weights are kept; empty: its place among its siblings. A name is unique in a network.
  std::string name;
  Layers body;
  Layers shortcut;

  Layer named(std::string new_name) const;
};

// What plans are written with.

Layer normalize();
Layer whitening();
Layer relu();
Layer leaky_relu(double share);
Layer flatten();
Layer batch_norm();
Layer dropout(double share);
Layer linear(std::int64_t outputs);
Layer scale(double factor);
/// Channels by side * side fewer, height and width by `side` larger.
Layer spread(std::int64_t side);
/// With bias, for networks without batch norm. padding -1: (kernel - 1) / 2.
Layer convolution(std::int64_t channels, std::int64_t kernel, std::int64_t padding = -1);
/// Without bias; starts by passing its input on, as far as its channels go (dirac initialisation).
Layer identity_convolution(std::int64_t channels, std::int64_t kernel);
Layer max_pool(std::int64_t kernel, std::int64_t stride);
/// Sizes are rounded up, as Chainer does.
Layer max_pool_ceil(std::int64_t kernel, std::int64_t stride);
Layer global_max_pool();
Layer global_average_pool();
Layer residual(Layers body, Layers shortcut = {});
Layer chain(std::string name, Layers body);

/// Convolution without bias, and batch norm.
Layers conv_bn(std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1);
/// The same with ReLU behind.
Layers conv_bn_relu(std::int64_t channels, std::int64_t kernel, std::int64_t stride = 1);
/// Each channel by itself: 3x3 convolution, batch norm, ReLU.
Layers depthwise_bn_relu(std::int64_t stride);

/// One behind the other.
template <class... Parts>
Layers in_order(const Parts&... parts);

/// A piece of a trunk, with a name by which an exit can be put behind it.
struct Block {
  std::string name;
  Layers layers;
};

/// An exit: what reads the feature behind a block. `body` ends in what classifier and router read.
struct PlannedExit {
  std::string after;  ///< a block
  Layers body;
  Layers classifier;
  Layers router;  ///< empty: none; else it ends in one number, the logit that this answer will do
};

/// Blocks with `prefix` before their names, as part of a larger network.
std::vector<Block> prefixed(const std::string& prefix, std::vector<Block> blocks);
/// Each block a chain under its name, so that its weights are kept under that name wherever it stands.
Layers chains(const std::vector<Block>& blocks);

/// A network as data: a trunk of blocks, a classifier behind the last, and exits behind any others.
struct NetworkPlan {
  std::vector<Block> trunk;
  Layers classifier;
  std::vector<PlannedExit> early_exits;  ///< in the trunk's order
  /// Each exit answers for the cells of a grid, by maps of people (models/nets/cell_answers.hpp). Nothing:
  /// for the picture, by a class.
  std::optional<CellGrid> cells = {};
  std::int64_t mask_margin = 0;  ///< BranchyNetwork::mask_margin
};

// --- templates

inline void append_part(Layers& to, const Layer& layer) { to.push_back(layer); }
inline void append_part(Layers& to, const Layers& layers) {
  to.insert(to.end(), layers.begin(), layers.end());
}

template <class... Parts>
Layers in_order(const Parts&... parts) {
  Layers layers;
  (append_part(layers, parts), ...);
  return layers;
}

}  // namespace offramp
