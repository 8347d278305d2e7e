#pragma once

#include <filesystem>
#include <string_view>

namespace offramp {

/// Replaces `path` by `content` in one step: a reader sees the old file or the new one, whole.
/// @throws UserError naming the path and the cause (disk full, permissions); the old file stays
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Renames a finished temporary file over `target`, data first flushed to the disk.
void publish_file(const std::filesystem::path& temporary, const std::filesystem::path& target);

/// A directory written under a temporary name beside its target and renamed when whole.
/// Destroyed before `publish`, it removes what was written and leaves the target as it was.
class StagedDirectory {
 public:
  /// @throws UserError when the directory cannot be made, or when `target` holds something
  ///         that is not a run directory (no manifest.json) and so must not be replaced
  explicit StagedDirectory(std::filesystem::path target);
  ~StagedDirectory();
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;

  const std::filesystem::path& path() const { return staging_; }

  /// Takes the target's place.
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path staging_;
};

}  // namespace offramp
