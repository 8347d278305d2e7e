#include "sim/core/digest.hpp"

#include <filesystem>
#include <fstream>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

namespace offramp {
namespace {

// FIPS 180-4's example.
constexpr const char* kDigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

}  // namespace

TEST_CASE("SHA-256 of abc is the standard's") { CHECK(sha256_hex(std::string_view("abc")) == kDigestOfAbc); }

TEST_CASE("SHA-256 of nothing is the standard's") {
  CHECK(sha256_hex(std::string_view("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file has the digest of its bytes and a missing one is the user's to mend") {
  const auto file = std::filesystem::temp_directory_path() / "offramp-digest-test";
  std::ofstream(file) << "abc";
  CHECK(sha256_hex_of_file(file) == kDigestOfAbc);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(sha256_hex_of_file(file), UserError);
}

}  // namespace offramp
