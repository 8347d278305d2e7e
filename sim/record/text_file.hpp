#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

namespace offramp {

/// A file that is being written; every failure (disk full, permissions) is a UserError naming it.
class TextFile {
 public:
  explicit TextFile(std::filesystem::path path);

  void write(std::string_view text);
  /// Adds the content of another file.
  void append_file(const std::filesystem::path& other);
  /// Writes what is buffered; a file that was not closed may be cut short.
  void close();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace offramp
