#include "sim/core/installation.hpp"

#include <cstdlib>
#include <string>

namespace offramp {
namespace fs = std::filesystem;
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Offramp's folder below $VARIABLE, or below ~/FOLDER.
fs::path base_directory(const char* variable, const char* folder) {
  const std::string base = environment(variable);
  if (!base.empty()) return fs::path(base) / "offramp";
  const std::string home = environment("HOME");
  return (home.empty() ? fs::temp_directory_path() : fs::path(home) / folder) / "offramp";
}

}  // namespace

fs::path installation_root() {
  const std::string home = environment("OFFRAMP_HOME");
  if (!home.empty()) return home;
  const fs::path installed = program_directory().parent_path() / "share" / "offramp";
  return fs::exists(installed) ? installed : fs::path(OFFRAMP_SOURCE_ROOT);
}

fs::path cache_directory() { return base_directory("XDG_CACHE_HOME", ".cache"); }

fs::path configuration_directory() { return base_directory("XDG_CONFIG_HOME", ".config"); }

fs::path program_directory() { return fs::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace offramp
