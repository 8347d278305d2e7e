#pragma once

#include <string>
#include <string_view>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// All of a profile that is not a tensor, as JSON text. Sets get their number of images.
std::string profile_document(const ExitProfile& profile);

/// The number of images of each set, which the document knows and the struct takes from its tensors.
struct ProfileOutline {
  ExitProfile profile;               ///< spans empty
  std::vector<std::int64_t> images;  ///< one a set
};

/// @throws BadDocument where keys are missing, doubled or unknown, or values out of range
ProfileOutline parse_profile_document(std::string_view text);

/// The value of "format" under `__metadata__`.
inline constexpr std::string_view kProfileFormat = "offramp-profile-1";

/// What a profile says of itself: names fit for tensors and paths, splits the network has, exits
/// that are there, nothing twice. @throws BadDocument
void check_outline(const ExitProfile& profile);

}  // namespace offramp
