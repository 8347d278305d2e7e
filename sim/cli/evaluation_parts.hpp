#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/cli/evaluation.hpp"
#include "sim/cli/scratch_file.hpp"
#include "sim/policy/exit_policy.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

// What evaluations have in common, whether a network says a class of an image or people in the cells of a
// frame.

/// By which a model's exits answer when nothing else is asked for.
ExitRule own_rule(const ModelDescription& model, bool has_routers);
/// The rule that was asked for. @throws UserError when its parameters do not fit the model
ExitRule rule_for(const EvaluationOrder& order, const ModelDescription& model, bool has_routers);

nlohmann::ordered_json interval_json(const std::pair<double, double>& interval);
/// What each piece of the network asks of a processor.
nlohmann::ordered_json segments_json(const ExitProfile& profile);
/// FLOPs of the network without its branches.
double plain_flops(const ExitProfile& profile);

/// What offramp-models writes into a file; null, with a note, when it could not.
nlohmann::ordered_json from_models_program(const std::vector<std::string>& arguments, const ScratchFile& file,
                                           std::string_view note);
/// Times of this machine, from offramp-models; null with a note where that is not there or has no images.
nlohmann::ordered_json measured_json(const EvaluationOrder& order, const ModelDescription& model,
                                     const ExitRule& rule, const std::vector<double>& temperatures);

}  // namespace offramp
