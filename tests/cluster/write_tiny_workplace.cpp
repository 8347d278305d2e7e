// Writes the tiny model of tests/cli into DIRECTORY/tiny, for tests that are shell scripts.

#include <filesystem>

#include "tests/cli/tiny_model.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  offramp::write_tiny_model(std::filesystem::path(argv[1]) / "tiny");
}
