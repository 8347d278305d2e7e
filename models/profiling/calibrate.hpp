#pragma once

#include <filesystem>

namespace offramp {

/// Measures this machine and writes device type this_machine into a folder. (Apart from the command, since
/// CLI11 and LibTorch's header in one file would cost half a minute.)
/// @return the file
std::filesystem::path calibrate_this_machine(int runs, const std::filesystem::path& folder);

}  // namespace offramp
