#pragma once

#include <vector>

#include "models/data/people_dataset.hpp"
#include "models/nets/trained_model.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_store.hpp"

namespace offramp {

/// profile_fits for a network by cells.
bool people_profile_fits(const ExitProfile& profile, const TrainedModel& model, const PeopleDataset& data);

/// What a profile by cells holds unless more is asked for: JPEG frames, and of each feature int8.
std::vector<CodecRequest> default_people_codecs(const ModelDescription& model);

/// The thresholds that training chose, half of them and a quarter, and all cells.
std::vector<CellMask> default_masks(const TrainedModel& model);

/// Everything a network by cells says about validation and test frames: whole frames at `input`, and at each
/// split the features under each mask. A set without frames is left out.
/// @param known  fitting profiles: what stands in one of them is taken over and not done again
/// @throws UserError for an unknown split point or codec, a codec that does not code what travels there, or
/// one that
///         chooses its range from training frames where there are none
ExitProfile profile_people(const TrainedModel& model, const PeopleDataset& data,
                           const std::vector<CodecRequest>& wanted, const std::vector<CellMask>& masks,
                           const std::vector<ExitProfile>& known);

}  // namespace offramp
