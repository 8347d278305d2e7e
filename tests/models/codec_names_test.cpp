#include "models/codec/codec.hpp"
#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a codec answers to the name that it was made by") {
  for (const char* name : {"raw_f32",
                           "raw_f16",
                           "raw_u8",
                           "int8_zstd",
                           "int2_zstd19",
                           "int4_per_channel_zstd",
                           "int3_minmax_zstd",
                           "int6_per_channel_percentile_zstd1",
                           "int4_per_channel_jxl",
                           "int8_jxl9",
                           "png",
                           "jxl",
                           "jxl1",
                           "jxl_d1.5",
                           "jxl_d0.5",
                           "f16_jxl",
                           "f32_jxl9",
                           "int8_jxl_d3",
                           "int8_per_channel_mse_jpeg50",
                           "int4_mse_zstd",
                           "f32_zstd",
                           "f16_zstd19",
                           "jpeg1",
                           "jpeg75",
                           "jpeg100"})
    REQUIRE(make_codec(name)->name() == name);
}

TEST_CASE("an unknown codec is an error that helps") {
  REQUIRE_THROWS_WITH(make_codec("int8_zst"),
                      ContainsSubstring("int8_zst") && ContainsSubstring("did you mean \"int8_zstd\"?"));
  REQUIRE_THROWS_WITH(make_codec("mp3"),
                      ContainsSubstring("raw_u8") && ContainsSubstring("jpegQ") && ContainsSubstring("intB"));
  REQUIRE_THROWS_AS(make_codec(""), UserError);
}

TEST_CASE("a codec's parameter has its range and one way to write it") {
  for (const char* name : {"jpeg0",
                           "jpeg101",
                           "jpeg075",
                           "jpeg",
                           "jpeg-5",
                           "jpeg75x",
                           "jpeg7.5",
                           "jpeg99999999999",
                           "int5_zstd",
                           "int08_zstd",
                           "int8",
                           "int8_",
                           "int8_zstd3",
                           "int8_zstd20",
                           "int8_zstd0",
                           "int8_zstd_",
                           "int8_per_channel",
                           "int8_per_zstd",
                           "int8_minmax",
                           "int8_minmax_per_channel_zstd",
                           "int8_minmax_mse_zstd",
                           "INT8_zstd",
                           "f64_zstd",
                           "jxl7",
                           "jxl0",
                           "jxl10",
                           "jxl_d",
                           "jxl_d0",
                           "jxl_d1.0",
                           "jxl_d01",
                           "jxl_d16",
                           "jxl_d1e0",
                           "int4_jpeg75",
                           "int4_jxl_d1",
                           "f32_jpeg75",
                           "int8_png",
                           "f16_png",
                           "hevc_qp52",
                           "hevc_qp",
                           "int8_hevc_qp28",
                           "hevc_qp028",
                           "raw_f32_zstd",
                           "f32",
                           "raw_f32 "}) {
    INFO(name);
    REQUIRE_THROWS_AS(make_codec(name), UserError);
  }
  REQUIRE_THROWS_WITH(make_codec("jpeg101"), ContainsSubstring("1 to 100"));
  REQUIRE_THROWS_WITH(make_codec("int5_zstd"), ContainsSubstring("8, 6, 4, 3 or 2"));
  REQUIRE_THROWS_WITH(make_codec("int8_zstd3"), ContainsSubstring("write \"zstd\""));
}

TEST_CASE("every example of the list can be made and codes the signal it says") {
  for (const CodecEntry& entry : list_codecs()) {
    REQUIRE_FALSE(entry.explanation.empty());
    REQUIRE_FALSE(entry.examples.empty());
    for (const CodecParameter& parameter : entry.parameters)
      REQUIRE(entry.pattern.find(parameter.letters) != std::string::npos);
    for (const std::string& name : entry.examples) {
      REQUIRE(make_codec(name)->name() == name);
      REQUIRE(make_codec(name)->signal() == entry.signal);
    }
  }
}
