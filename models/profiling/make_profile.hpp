#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/data/people_dataset.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// What `offramp profile` is asked for.
struct ProfileOrder {
  std::vector<CodecRequest> wanted;  ///< empty: the default codecs
  std::optional<std::filesystem::path>
      out;                           ///< nothing: the model's folder, or the cache where that is read-only
  bool from_scratch = false;         ///< take nothing over from a profile that is there
  std::vector<CellMask> masks = {};  ///< of a network by cells; empty: those of default_masks
};

struct MadeProfile {
  ExitProfile profile;
  std::filesystem::path path;
};

/// Makes a profile and writes it. What a fitting profile at `out` or in the model's folder holds is taken
/// over; one that is damaged or was made from other weights or data is replaced.
/// @throws UserError when there are no weights, a request is wrong, or the file cannot be written
MadeProfile make_profile(const ModelDescription& model, const Dataset& data, const ProfileOrder& order);

/// The same for a network by cells.
MadeProfile make_people_profile(const ModelDescription& model, const PeopleDataset& data,
                                const ProfileOrder& order);

}  // namespace offramp
