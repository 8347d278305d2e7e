#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;

namespace {

std::string length_of(std::uint64_t bytes) {
  std::string text(8, '\0');
  std::memcpy(text.data(), &bytes, 8);
  return text;
}

/// Writes a file of this header and data, reads it, and says what the error says ("" for none).
std::string complaint_about(const std::string& header, const std::string& data) {
  const ScratchDirectory scratch;
  const auto path = scratch / "bad.safetensors";
  std::ofstream(path, std::ios::binary) << length_of(header.size()) << header << data;
  try {
    const SafetensorsFile file(path);
    return "";
  } catch (const UserError& error) {
    REQUIRE(error.problems().front().place.source == path.string());
    return error.problems().front().message;
  }
}

std::string complaint_about_raw(const std::string& content) {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "bad.safetensors", std::ios::binary) << content;
  try {
    const SafetensorsFile file(scratch / "bad.safetensors");
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

using Catch::Matchers::ContainsSubstring;

}  // namespace

TEST_CASE("tensors of every type are read back as they were written") {
  const ScratchDirectory scratch;
  const std::vector<std::uint8_t> u8 = {1, 2, 3};
  const std::vector<float> f32 = {1.5F, -2, 0.25F, 4, 5, 6};
  const std::vector<std::int64_t> i64 = {-7000000000};
  const std::vector<std::uint32_t> u32 = {4000000000U};
  const std::vector<std::int32_t> i32 = {-5, 5};
  write_safetensors(
      scratch / "file.safetensors",
      {tensor_view<std::uint8_t>("bytes", u8, {3}), tensor_view<float>("grid", f32, {2, 3}),
       tensor_view<std::int64_t>("long", i64, {}), tensor_view<std::uint32_t>("counts", u32, {1}),
       tensor_view<std::int32_t>("labels", i32, {2}), tensor_view<float>("none", {}, {0, 7})},
      {{"format", "x"}});
  const SafetensorsFile file(scratch / "file.safetensors");
  const auto as_vector = [](const auto& span) { return std::vector(span.begin(), span.end()); };
  CHECK(as_vector(file.elements<std::uint8_t>("bytes", {3})) == u8);
  CHECK(as_vector(file.elements<float>("grid", {2, 3})) == f32);
  CHECK(as_vector(file.elements<std::int64_t>("long", {})) == i64);
  CHECK(as_vector(file.elements<std::uint32_t>("counts", {1})) == u32);
  CHECK(as_vector(file.elements<std::int32_t>("labels", {2})) == i32);
  CHECK(file.elements<float>("none", {0, 7}).empty());
  CHECK(file.metadata().at("format") == "x");
  CHECK_FALSE(file.contains("nothing"));
}

TEST_CASE("a written file has its data at a multiple of 8 bytes and its largest elements first") {
  const ScratchDirectory scratch;
  const std::vector<std::uint8_t> u8 = {9};
  const std::vector<std::int64_t> i64 = {1};
  write_safetensors(scratch / "f",
                    {tensor_view<std::uint8_t>("a", u8, {1}), tensor_view<std::int64_t>("b", i64, {1})}, {});
  std::ifstream in(scratch / "f", std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  std::uint64_t header = 0;
  std::memcpy(&header, content.data(), 8);
  CHECK(header % 8 == 0);
  // 8 bytes of length, the header, 8 bytes of the i64, 1 byte of the u8; no holes.
  CHECK(content.size() == 8 + header + 8 + 1);
  CHECK(content.back() == '\x09');
}

TEST_CASE("a tensor asked for with another type or shape is refused") {
  const ScratchDirectory scratch;
  const std::vector<float> f32 = {1, 2};
  write_safetensors(scratch / "f", {tensor_view<float>("x", f32, {2})}, {});
  const SafetensorsFile file(scratch / "f");
  CHECK_THROWS_WITH(file.elements<float>("x", {1, 2}),
                    ContainsSubstring("\"x\" is F32 [2], but F32 [1, 2] is needed"));
  CHECK_THROWS_WITH(file.elements<std::int32_t>("x", {2}), ContainsSubstring("but I32 [2] is needed"));
  CHECK_THROWS_WITH(file.elements<float>("y", {2}), ContainsSubstring("has no tensor \"y\""));
}

TEST_CASE("a file without a whole header is refused") {
  CHECK_THAT(complaint_about_raw(""), ContainsSubstring("it has 0 bytes"));
  CHECK_THAT(complaint_about_raw("1234567"), ContainsSubstring("it has 7 bytes"));
  CHECK_THAT(complaint_about_raw(length_of(100) + "{}"),
             ContainsSubstring("cut short: its header has 100 bytes, but only 2"));
  // An announced length near 2^64 must neither wrap around nor be allocated.
  CHECK_THAT(complaint_about_raw(length_of(~0ULL) + "{}"), ContainsSubstring("at most 4194304"));
  CHECK_THROWS_WITH(SafetensorsFile("/nowhere/at/all"),
                    ContainsSubstring("/nowhere/at/all: cannot be opened"));
  CHECK_THROWS_WITH(SafetensorsFile("/dev/null"), ContainsSubstring("not a regular file"));
}

TEST_CASE("a header that is not the JSON of a header is refused") {
  const std::string four(4, '\0');
  CHECK_THAT(complaint_about("{", ""), ContainsSubstring("not valid JSON"));
  CHECK_THAT(complaint_about("{} {}", ""), ContainsSubstring("not valid JSON"));
  CHECK_THAT(complaint_about("[]", ""), ContainsSubstring("has a list where none may stand"));
  CHECK_THAT(complaint_about("5", ""), ContainsSubstring("has a number where none may stand"));
  CHECK_THAT(complaint_about(R"({"x": 1e999})", ""), ContainsSubstring("not valid JSON"));
  CHECK_THAT(complaint_about(std::string(100000, '['), ""), ContainsSubstring("where none may stand"));
  CHECK_THAT(complaint_about(R"({"x": {"dtype": "F32", "shape": [1]}})", four),
             ContainsSubstring("needs dtype, shape"));
  CHECK_THAT(complaint_about(R"({"x": {"dtype": "F32", "shape": [1], "data_offsets": [0]}})", four),
             ContainsSubstring("two data_offsets"));
  CHECK_THAT(complaint_about(R"({"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}})", four),
             ContainsSubstring("a negative number"));
  CHECK_THAT(complaint_about(R"({"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}})", four),
             ContainsSubstring("element type \"BF16\"; allowed: F32"));
  CHECK_THAT(complaint_about(R"({"x": {"dtype": "F32", "code": "import os"}})", four),
             ContainsSubstring("unknown key \"code\""));
  CHECK_THAT(complaint_about(R"({"__metadata__": {"a": 1}})", ""),
             ContainsSubstring("a number where none may stand"));
}

TEST_CASE("doubled keys in a header are refused") {
  const std::string x = R"("x": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]})";
  CHECK(complaint_about("{" + x + "}", "1").empty());
  CHECK_THAT(complaint_about("{" + x + "," + x + "}", "1"), ContainsSubstring("\"x\" stands twice"));
  CHECK_THAT(complaint_about(R"({"__metadata__": {"a": "1", "a": "2"}})", ""),
             ContainsSubstring("\"a\" stands twice"));
  CHECK_THAT(
      complaint_about(R"({"x": {"dtype": "U8", "dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})", "1"),
      ContainsSubstring("\"dtype\" stands twice"));
}

TEST_CASE("tensors that overlap or leave holes or leave the file are refused") {
  const auto two = [](int begin, int end) {
    return R"({"x": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "y": {"dtype": "U8", "shape": [4],)"
           R"("data_offsets": [)" +
           std::to_string(begin) + ", " + std::to_string(end) + "]}}";
  };
  CHECK(complaint_about(two(4, 8), "12345678").empty());
  CHECK_THAT(complaint_about(two(3, 7), "12345678"), ContainsSubstring("\"y\" overlaps"));
  CHECK_THAT(complaint_about(two(5, 9), "123456789"), ContainsSubstring("\"y\" leaves a hole"));
  CHECK_THAT(complaint_about(two(4, 8), "1234567"), ContainsSubstring("cut short or damaged"));
  CHECK_THAT(complaint_about(two(8, 4), "12345678"), ContainsSubstring("cut short or damaged"));
  CHECK_THAT(complaint_about(two(4, 8), "123456789"), ContainsSubstring("1 bytes behind its last tensor"));
  CHECK_THAT(complaint_about(two(4, 7), "1234567"), ContainsSubstring("has 3 bytes, but U8 [4] needs 4"));
}

TEST_CASE("a shape whose size overflows is refused") {
  // 2^62 x 4 elements of 4 bytes are 2^66 bytes: 0 when counted in 64 bits.
  CHECK_THAT(complaint_about(
                 R"({"x": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}})", ""),
             ContainsSubstring("more bytes than can be counted"));
  CHECK_THAT(complaint_about(
                 R"({"x": {"dtype": "U8", "shape": [18446744073709551615], "data_offsets": [0, 0]}})", ""),
             ContainsSubstring("dimension too large"));
  CHECK_THAT(
      complaint_about(R"({"x": {"dtype": "U8", "shape": [1,1,1,1,1,1,1,1,1], "data_offsets": [0, 1]}})", "1"),
      ContainsSubstring("more than 8"));
}

TEST_CASE("a name with control characters is not printed as it stands") {
  CHECK_THAT(complaint_about("{\"\\u001b[2Jx\": 5}", ""), ContainsSubstring("\"?[2Jx\""));
}

TEST_CASE("a file that cannot be written is an error and leaves nothing behind") {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "file") << "in the way";
  CHECK_THROWS_WITH(write_safetensors(scratch / "file/below", {}, {}),
                    ContainsSubstring("cannot be written"));
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
}

TEST_CASE("a file is written into a folder that did not exist") {
  const ScratchDirectory scratch;
  write_safetensors(scratch / "new/folder/f", {}, {{"a", "b"}});
  CHECK(SafetensorsFile(scratch / "new/folder/f").metadata().at("a") == "b");
}
