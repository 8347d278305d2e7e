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

}  // namespace

fs::path installation_root() {
  const std::string home = environment("OFFRAMP_HOME");
  return home.empty() ? fs::path(OFFRAMP_SOURCE_ROOT) : fs::path(home);
}

fs::path cache_directory() {
  const std::string cache = environment("XDG_CACHE_HOME");
  if (!cache.empty()) return fs::path(cache) / "offramp";
  const std::string home = environment("HOME");
  return (home.empty() ? fs::temp_directory_path() : fs::path(home) / ".cache") / "offramp";
}

fs::path program_directory() { return fs::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace offramp
