// Coverage-guided: clang's libFuzzer calls in here. `fuzz_NAME --write-seeds DIR` fills a corpus first.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/fuzz/checked_read.hpp"

using namespace offramp::fuzz;

namespace {

const FuzzTarget& target() {
  static const FuzzTarget one = fuzz_target();
  return one;
}

/// A file of tokens as libFuzzer reads them.
void write_dictionary(const std::filesystem::path& file) {
  std::ofstream out(file);
  for (const std::string& token : target().tokens) {
    out << '"';
    for (const unsigned char letter : token) {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02X", letter);
      out << escaped;
    }
    out << "\"\n";
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 3 && std::string((*arguments)[1]) == "--write-seeds") {
    const std::filesystem::path folder = (*arguments)[2];
    std::filesystem::create_directories(folder / "corpus");
    for (std::size_t i = 0; i < target().seeds.size(); ++i)
      std::ofstream(folder / "corpus" / ("seed-" + std::to_string(i)), std::ios::binary) << target().seeds[i];
    write_dictionary(folder / "tokens.dict");
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_checked(target(), {data, size});
  return 0;
}
