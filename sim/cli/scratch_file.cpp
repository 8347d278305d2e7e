#include "sim/cli/scratch_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;

ScratchFile::ScratchFile(const std::string& purpose)
    : path_((fs::temp_directory_path() / fmt::format("offramp-{}-XXXXXX", purpose)).string()) {
  const int file = ::mkstemp(path_.data());
  if (file < 0) throw UserError(fmt::format("cannot write in {}", fs::temp_directory_path().string()));
  ::close(file);
}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

}  // namespace offramp
