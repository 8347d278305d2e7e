#include "sim/record/text_file.hpp"

#include <fstream>
#include <iterator>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a file holds what was written and appended in that order") {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "tail") << "b\n";
  TextFile file(scratch / "all");
  file.write("a\n");
  file.append_file(scratch / "tail");
  file.write("c\n");
  file.close();
  CHECK(content_of(scratch / "all") == "a\nb\nc\n");
}

TEST_CASE("a file in a folder that is not there names itself") {
  const ScratchDirectory scratch;
  CHECK_THROWS_AS(TextFile(scratch / "none/file"), UserError);
  CHECK_THROWS_WITH(TextFile(scratch / "none/file"),
                    ContainsSubstring("none/file") && ContainsSubstring("No such file"));
}

TEST_CASE("a full disk is told at the latest when the file is closed") {
  TextFile file("/dev/full");
  CHECK_THROWS_WITH(
      [&] {
        file.write("lost");
        file.close();
      }(),
      ContainsSubstring("/dev/full") && ContainsSubstring("No space left"));
}

TEST_CASE("a file that cannot be read is not taken for an empty one") {
  const ScratchDirectory scratch;
  TextFile file(scratch / "all");
  CHECK_THROWS_WITH(file.append_file(scratch / "none"),
                    ContainsSubstring("none") && ContainsSubstring("cannot be read"));
  // A directory opens, but reading it fails.
  CHECK_THROWS_WITH(file.append_file(scratch.path()),
                    ContainsSubstring(scratch.path().string()) && ContainsSubstring("cannot be read"));
}
