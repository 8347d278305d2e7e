#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/cli/evaluation.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// `offramp evaluate` of a network that answers by cells, with every key of analysis/metrics.md.
/// @throws UserError with what is missing and how to make it
nlohmann::ordered_json evaluate_cells(const EvaluationOrder& order, const ModelDescription& model);

/// The same for people.
std::string cells_evaluation_table(const nlohmann::ordered_json& evaluation);

}  // namespace offramp
