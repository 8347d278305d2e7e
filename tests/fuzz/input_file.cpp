#include "tests/fuzz/input_file.hpp"

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace offramp::fuzz {
namespace fs = std::filesystem;

InputFile::InputFile(const std::string& name) {
  const fs::path memory = "/dev/shm";
  std::string made =
      ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "offramp-fuzz-XXXXXX").string();
  if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = made;
  path_ = directory_ / name;
}

InputFile::~InputFile() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

const fs::path& InputFile::write(Bytes input) const {
  std::FILE* file = std::fopen(path_.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error("no input file");
  const std::size_t written = input.empty() ? 0 : std::fwrite(input.data(), 1, input.size(), file);
  if (std::fclose(file) != 0 || written != input.size()) throw std::runtime_error("the input does not fit");
  return path_;
}

std::string written(const std::function<void(const fs::path&)>& write) {
  const InputFile file("seed");
  const fs::path path = file.directory() / "seed";
  write(path);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: broken promise: %s\n", claim);
  std::abort();
}

std::string text_of(Bytes input) { return {input.begin(), input.end()}; }

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace offramp::fuzz
