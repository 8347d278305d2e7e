#pragma once

#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/nets/trained_model.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_store.hpp"

namespace offramp {

/// Whether a profile was made from these weights and this data, so that its content still holds.
bool profile_fits(const ExitProfile& profile, const TrainedModel& model, const Dataset& data);

/// What a profile holds unless more is asked for: the image as it is, and for each feature f32 and int8.
std::vector<CodecRequest> default_codecs(const ModelDescription& model);

/// Everything the network says about validation and test images, with the codecs wanted.
/// @param known  fitting profiles: what stands in one of them is taken over and not done again
/// @throws UserError for an unknown split point or codec, or a codec that does not code what travels
///         there; all of them together, before any work is done
ExitProfile profile_model(const TrainedModel& model, const Dataset& data,
                          const std::vector<CodecRequest>& wanted, const std::vector<ExitProfile>& known);

}  // namespace offramp
