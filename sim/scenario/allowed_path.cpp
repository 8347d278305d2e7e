#include "sim/scenario/allowed_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

fs::path real(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(fs::absolute(path), error);
  return error ? fs::absolute(path).lexically_normal() : found;
}

/// The root directory holds everything and so allows nothing.
bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path root = real(folder);
  if (!root.has_relative_path()) return false;
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

std::vector<fs::path> allowed_folders(const fs::path& folder) {
  std::vector<fs::path> folders{folder.empty() ? fs::path(".") : folder, ".", installation_root(),
                                configuration_directory()};
  for (const char* variable : {"OFFRAMP_DATA", "OFFRAMP_ALLOW"}) {
    const char* value = std::getenv(variable);
    std::istringstream items(value == nullptr ? "" : value);
    for (std::string item; std::getline(items, item, ':');)
      if (!item.empty()) folders.emplace_back(item);
  }
  return folders;
}

}  // namespace

fs::path allowed_path(const fs::path& folder, const std::string& name) {
  const fs::path path = fs::absolute(folder / name).lexically_normal();
  const fs::path found = real(path);
  for (const fs::path& allowed : allowed_folders(folder))
    if (lies_in(found, allowed)) return path;
  throw UserError(
      fmt::format("{} lies outside of this file's folder, the working directory and the installation; if you "
                  "trust this file, set OFFRAMP_ALLOW={}",
                  found.string(), (found.has_parent_path() ? found.parent_path() : found).string()));
}

}  // namespace offramp
