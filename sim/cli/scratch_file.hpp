#pragma once

#include <string>

namespace offramp {

/// An empty file of its own in the folder for such, which goes away with it: what another program writes
/// into.
class ScratchFile {
 public:
  /// @throws UserError when it cannot be made
  explicit ScratchFile(const std::string& purpose);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace offramp
