#pragma once

#include <string>

#include "sim/layers/layer_plan.hpp"

namespace offramp {

/// The costs of a model of the zoo (or of a folder, with a slash), one segment for each exit's part of the
/// backbone and the final head, and apart from them the branch heads: from its profile when there is one,
/// else counted by offramp-models, which needs no weights.
struct ModelLayers {
  LayerPlan plan;
  std::vector<LayerPlan::Segment> branch_heads;  ///< not part of the plan's total
};

ModelLayers layers_of_model(const std::string& model);

}  // namespace offramp
