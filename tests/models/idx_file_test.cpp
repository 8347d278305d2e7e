#include "models/data/idx_file.hpp"

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/idx_writer.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("an IDX file is read plain and compressed") {
  const ScratchDirectory folder;
  const std::string text = idx_text({2, 1, 3}, "abcdef");
  write_text(folder / "plain", text);
  write_gzip(folder / "packed.gz", text);
  for (const char* name : {"plain", "packed.gz"}) {
    const IdxArray array = read_idx_file(folder / name, 3);
    REQUIRE(array.dimensions == std::vector<std::size_t>{2, 1, 3});
    REQUIRE(std::string(array.values.begin(), array.values.end()) == "abcdef");
  }
}

TEST_CASE("a damaged IDX file is an error that names file and cause") {
  const ScratchDirectory folder;
  const auto path = folder / "damaged";
  const auto reading = [&](const std::string& text) {
    write_text(path, text);
    return [&] { read_idx_file(path, 1); };
  };
  const auto message = [&](const std::string& text) -> std::string {
    try {
      reading(text)();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  };
  REQUIRE_THAT(message("PK\3\4...."),
               ContainsSubstring("damaged") && ContainsSubstring("wrong magic number"));
  REQUIRE_THAT(message(""), ContainsSubstring("wrong magic number"));
  REQUIRE_THAT(message(std::string("\0\0\x0d\1\0\0\0\1a", 9)),
               ContainsSubstring("0x0d") && ContainsSubstring("unsigned bytes"));
  REQUIRE_THAT(message(idx_text({2, 2}, "abcd")),
               ContainsSubstring("2 dimensions") && ContainsSubstring("1 are needed"));
  REQUIRE_THAT(message(idx_text({5}, "abc")), ContainsSubstring("promises 5 values, 3 follow"));
  REQUIRE_THAT(message(idx_text({3}, "abcd")), ContainsSubstring("left over"));
  REQUIRE_THAT(message(idx_text({0}, "")), ContainsSubstring("dimension 0 is 0"));
  REQUIRE_THAT(message(idx_text({3}, "abc").substr(0, 6)), ContainsSubstring("within its header"));
  REQUIRE_THROWS_WITH(read_idx_file(folder / "absent", 1),
                      ContainsSubstring("absent") && ContainsSubstring("no such file"));
}

TEST_CASE("a header that promises more than any memory holds is refused") {
  const ScratchDirectory folder;
  write_text(folder / "huge", idx_text({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, ""));
  REQUIRE_THROWS_AS(read_idx_file(folder / "huge", 3), UserError);
}

TEST_CASE("a header that promises more than its file can hold is refused before room is made") {
  // Deflate makes at most 1,032 bytes of one: 8 bytes are no million.
  const ScratchDirectory folder;
  write_text(folder / "promises", idx_text({1'000'000}, ""));
  REQUIRE_THROWS_WITH(read_idx_file(folder / "promises", 1), ContainsSubstring("which 8 bytes cannot hold"));
}

TEST_CASE("a gzip stream cut short is an error") {
  const ScratchDirectory folder;
  std::string values;
  for (int i = 0; i < 5000; ++i) values += static_cast<char>(i * 7919 % 251);
  write_gzip(folder / "whole.gz", idx_text({5000}, values));
  std::ifstream whole(folder / "whole.gz", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  for (const std::size_t length : {bytes.size() / 2, bytes.size() - 3}) {
    write_text(folder / "cut.gz", bytes.substr(0, length));
    REQUIRE_THROWS_WITH(read_idx_file(folder / "cut.gz", 1), ContainsSubstring("cut short"));
  }
}
