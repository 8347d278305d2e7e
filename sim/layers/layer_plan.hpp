#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What a piece of a network asks of a processor, with what published tables count.
struct LayerCost {
  ComputeCost cost;       ///< for one image, as models/profiling counts it from a network that runs
  double parameters = 0;  ///< learned numbers (running means and variances of batch norm are none)
  double macs = 0;        ///< multiply-adds of convolutions and linear layers
  /// Multiply-adds of convolutions over a single input channel (depthwise): no value read is used for a
  /// second output channel, so that they run at another rate than others.
  double depthwise_macs = 0;

  LayerCost& operator+=(const LayerCost& other);
};

/// A network by description: what its layers cost, block by block, without weights and without LibTorch.
struct LayerPlan {
  struct Segment {
    std::string name;
    LayerCost layers;
  };

  std::string name;
  FeatureShape input;
  std::size_t num_classes = 0;
  std::vector<Segment> segments;  ///< in order; the classifier is part of the last

  LayerCost total() const;
};

}  // namespace offramp
