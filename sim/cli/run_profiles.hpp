#pragma once

#include <filesystem>
#include <map>
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

/// The profiles that scenarios need, by the directory of their model. What is missing, or does not fit
/// weights, data or codecs any more, is profiled now by offramp-models and kept in the cache.
/// @throws UserError when a profile is missing and cannot be made here
std::map<std::string, ExitProfile> profiles_for(const std::vector<const Scenario*>& scenarios);

}  // namespace offramp
