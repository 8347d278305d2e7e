#pragma once

#include <filesystem>
#include <string>

namespace offramp {

/// What a run of the program came to.
struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs `offramp ARGUMENTS` (shell words) in a directory, without a terminal, with a cache of its own.
/// @param limits  shell words before the program: "ulimit -f 1;"
Finished run_offramp(const std::filesystem::path& directory, const std::string& arguments,
                     const std::string& limits = "");

/// A directory that is removed at the end, with the tiny model in tiny/ and the scenario tiny.yaml.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string read(const std::filesystem::path& file) const;
  void write(const std::filesystem::path& file, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace offramp
