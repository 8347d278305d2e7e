#include "sim/core/atomic_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, std::string_view what, int error) {
  throw UserError(Place{path.string()}, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) fail(path, "cannot be opened", errno);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

void flush_to_disk(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (::fsync(file.get()) != 0) fail(path, "cannot be flushed to the disk", errno);
}

fs::path temporary_beside(const fs::path& target) {
  fs::path clean = target;
  if (clean.filename().empty()) clean = clean.parent_path();
  return clean.parent_path() / fmt::format(".{}.{}.tmp", clean.filename().string(), ::getpid());
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view content) {
  const fs::path temporary = temporary_beside(path);
  try {
    {
      const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
      while (!content.empty()) {
        const ssize_t written = ::write(file.get(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, "cannot be written", errno);
        content.remove_prefix(static_cast<std::size_t>(written));
      }
    }
    publish_file(temporary, path);
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
}

void publish_file(const fs::path& temporary, const fs::path& target) {
  flush_to_disk(temporary);
  std::error_code error;
  fs::rename(temporary, target, error);
  if (error) fail(target, "cannot be replaced", error.value());
}

StagedDirectory::StagedDirectory(fs::path target) : target_(std::move(target)) {
  if (target_.filename().empty()) target_ = target_.parent_path();
  std::error_code error;
  const bool foreign = fs::exists(target_, error) &&
                       !(fs::is_directory(target_, error) && fs::is_empty(target_, error)) &&
                       !fs::exists(target_ / "manifest.json", error);
  if (foreign)
    throw UserError(
        Place{target_.string()},
        "exists and is no run directory (it has no manifest.json), so it is not replaced; name another "
        "with --out");
  if (target_.has_parent_path()) fs::create_directories(target_.parent_path(), error);
  if (error) fail(target_.parent_path(), "cannot be made", error.value());
  staging_ = temporary_beside(target_);
  fs::remove_all(staging_, error);
  fs::create_directory(staging_, error);
  if (error) fail(staging_, "cannot be made", error.value());
}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!staging_.empty()) fs::remove_all(staging_, ignored);
}

void StagedDirectory::publish() {
  std::error_code error;
  // In one step where the file system can, so that whoever is killed here leaves a whole directory; what was
  // replaced then lies in the temporary's place.
  if (::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(staging_, error);
    staging_.clear();
    return;
  }
  const fs::path old = fs::path(staging_).concat(".old");
  const bool replaces = fs::exists(target_, error);
  if (replaces) fs::rename(target_, old, error);
  if (error) fail(target_, "cannot be replaced", error.value());
  fs::rename(staging_, target_, error);
  if (error) {
    const int cause = error.value();
    if (replaces) fs::rename(old, target_, error);
    fail(target_, "cannot be written", cause);
  }
  staging_.clear();
  if (replaces) fs::remove_all(old, error);
}

}  // namespace offramp
