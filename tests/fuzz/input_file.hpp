#pragma once

#include <filesystem>
#include <string>

#include "tests/fuzz/fuzz_target.hpp"

namespace offramp::fuzz {

/// A file in a directory of its own in memory, written anew for each input.
class InputFile {
 public:
  explicit InputFile(const std::string& name);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::filesystem::path& write(Bytes input) const;
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::filesystem::path path_;
};

/// What a call writes into a file, as text: how seeds of binary formats are made.
std::string written(const std::function<void(const std::filesystem::path&)>& write);

}  // namespace offramp::fuzz
