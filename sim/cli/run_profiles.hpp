#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The profiles that scenarios need, by the directory of their model. What is missing, or does not fit
/// weights, data or codecs any more, is profiled now by offramp-models and kept in the cache.
/// @throws UserError when a profile is missing and cannot be made here
std::map<std::string, ExitProfile> profiles_for(const std::vector<const Scenario*>& scenarios);

}  // namespace offramp
