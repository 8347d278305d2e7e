#pragma once

#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Builds a model with weights as they fall and counts what each exit costs.
std::vector<ExitCost> count_model_costs(const ModelDescription& model);

}  // namespace offramp
