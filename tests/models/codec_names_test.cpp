#include "models/codec/codec.hpp"
#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::Contains;

TEST_CASE("a codec answers to the name that it was made by") {
  for (const char* name : {"raw_f32", "raw_u8", "int8_zstd", "jpeg1", "jpeg75", "jpeg100"})
    REQUIRE(make_codec(name)->name() == name);
}

TEST_CASE("an unknown codec is an error that helps") {
  REQUIRE_THROWS_WITH(make_codec("int8_zst"),
                      Contains("int8_zst") && Contains("did you mean \"int8_zstd\"?"));
  REQUIRE_THROWS_WITH(make_codec("mp3"), Contains("raw_u8") && Contains("jpegQ") && Contains("int8_zstd"));
  REQUIRE_THROWS_AS(make_codec(""), UserError);
}

TEST_CASE("a codec's parameter has its range and one way to write it") {
  for (const char* name :
       {"jpeg0", "jpeg101", "jpeg075", "jpeg", "jpeg-5", "jpeg75x", "jpeg7.5", "jpeg99999999999"}) {
    INFO(name);
    REQUIRE_THROWS_AS(make_codec(name), UserError);
  }
  REQUIRE_THROWS_WITH(make_codec("jpeg101"), Contains("1 to 100"));
}

TEST_CASE("every codec of the list can be made and codes the signal it says") {
  for (const CodecEntry& entry : list_codecs()) {
    std::string name = entry.pattern;
    const std::size_t parameter = name.find('Q');
    if (parameter != std::string::npos) name.replace(parameter, 1, "50");
    REQUIRE(make_codec(name)->signal() == entry.signal);
    REQUIRE_FALSE(entry.explanation.empty());
  }
}
