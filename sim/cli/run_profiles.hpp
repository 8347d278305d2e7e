#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The profile of one model with the codecs wanted; made now by offramp-models and kept in the cache when
/// there is none that fits. @throws UserError when it cannot be made here
ExitProfile profile_for(const std::filesystem::path& model_directory,
                        const std::vector<CodecRequest>& wanted);

/// What is done about a profile that is missing, or does not fit weights, data or codecs any more.
enum class MissingProfile {
  make,   ///< it is profiled now by offramp-models and kept in the cache
  refuse  ///< a UserError
};

/// The codecs that scenarios ask of each model's profile, by the model's directory.
std::map<std::string, std::set<CodecRequest>> wanted_codecs(const std::vector<const Scenario*>& scenarios);

/// The profiles that scenarios need, by the directory of their model.
/// @throws UserError when a profile is missing and is not, or cannot be, made here
std::map<std::string, ExitProfile> profiles_for(const std::vector<const Scenario*>& scenarios,
                                                MissingProfile missing = MissingProfile::make);

}  // namespace offramp
