#pragma once

#include "models/data/dataset.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// @throws UserError unless images and classes of the dataset are those of the model's description, and
///         no set is empty
void check_fit(const ModelDescription& model, const Dataset& data);

}  // namespace offramp
