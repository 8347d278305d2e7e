#pragma once

#include <filesystem>
#include <string>

namespace offramp {

/// A file or folder that a scenario or sweep names, seen from the folder of that file. Scenarios can come
/// from strangers, so that it must lie, symbolic links followed, in that folder, in the one that the program
/// was started in, in the installation, in the user's configuration, in $OFFRAMP_DATA or in one of the
/// folders of $OFFRAMP_ALLOW (separated by ":").
/// @param folder  where the naming file lies; empty: the working directory
/// @return the path, absolute, without "." and ".."
/// @throws UserError (without a place) when it lies elsewhere, with what to set
std::filesystem::path allowed_path(const std::filesystem::path& folder, const std::string& name);

}  // namespace offramp
