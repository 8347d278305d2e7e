#pragma once

#include <filesystem>
#include <string>

namespace offramp {

/// runs/NAME, or runs/NAME-2, ...: what is there is never replaced unasked.
std::filesystem::path fresh_run_directory(const std::string& name);

}  // namespace offramp
