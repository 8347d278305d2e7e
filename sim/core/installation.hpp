#pragma once

#include <filesystem>

namespace offramp {

/// Where the files that come with Offramp are (scenarios/, models/zoo/, analysis/figures/):
/// $OFFRAMP_HOME, or ../share/offramp beside an installed program, or the source tree that this program was
/// built from.
std::filesystem::path installation_root();

/// $XDG_CACHE_HOME/offramp, or ~/.cache/offramp: what can be made again.
std::filesystem::path cache_directory();

/// $XDG_CONFIG_HOME/offramp, or ~/.config/offramp: what the user wrote, or had written for this machine.
std::filesystem::path configuration_directory();

/// The folder of the program that is running, where its siblings lie (offramp-models).
std::filesystem::path program_directory();

}  // namespace offramp
