#include "tests/cli/program.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/cli/tiny_model.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Finished run_offramp(const fs::path& directory, const std::string& arguments, const std::string& limits) {
  const fs::path out = directory / ".stdout";
  const fs::path err = directory / ".stderr";
  const std::string command =
      fmt::format("cd '{}' && {} XDG_CACHE_HOME='{}' XDG_CONFIG_HOME='{}' '{}' {} >'{}' 2>'{}' </dev/null",
                  directory.string(), limits, (directory / "cache").string(), (directory / "config").string(),
                  OFFRAMP_PROGRAM, arguments, out.string(), err.string());
  const int status = std::system(command.c_str());
  return {WEXITSTATUS(status), content(out), content(err)};
}

Workplace::Workplace() {
  std::string name = (fs::temp_directory_path() / "offramp-cli-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
  write_tiny_model(path_ / "tiny");
  fs::copy_file(fs::path(OFFRAMP_GOLDEN) / "tiny.yaml", path_ / "tiny.yaml");
}

Workplace::~Workplace() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Workplace::read(const fs::path& file) const { return content(path_ / file); }

void Workplace::write(const fs::path& file, const std::string& text) const {
  std::ofstream(path_ / file, std::ios::binary) << text;
}

}  // namespace offramp
