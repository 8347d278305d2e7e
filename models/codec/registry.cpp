#include <fmt/format.h>

#include <functional>
#include <utility>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/codec_name.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

using Made = std::unique_ptr<Codec>;

struct Registration {
  CodecEntry entry;
  /// Null for a name of another family. @throws UserError for a parameter that does not exist
  std::function<Made(std::string_view name)> make;
};

/// A name without parameters.
template <typename Make>
std::function<Made(std::string_view)> plain(std::string_view its_name, Make make) {
  return [its_name, make](std::string_view name) { return name == its_name ? make() : nullptr; };
}

Made parse_image(std::string_view name) {
  std::unique_ptr<PictureCoding> coding = parse_picture_coding(name, name);
  // hevc_qpQP is a feature's.
  return coding && !name.starts_with("hevc_qp") ? make_picture_codec(std::move(coding)) : nullptr;
}

/// "f32_" or "f16_" and a packing without loss.
template <typename Make>
std::function<Made(std::string_view)> floats(std::string_view type, Make make) {
  return [type, make](std::string_view name) -> Made {
    std::string_view rest = name;
    if (!take_word(rest, type)) return nullptr;
    std::unique_ptr<Packing> packing = parse_packing(rest, name);
    if (!packing || rest == "png") return nullptr;
    if (!packing->lossless())
      throw UserError(fmt::format("codec \"{}\": floats are packed by zstd or jxl", name));
    return make(std::move(packing));
  };
}

/// What stands before the packing: "int4_per_channel_mse_".
std::optional<Quantization> take_quantization(std::string_view& rest, std::string_view name) {
  const std::optional<int> bits = number_behind(rest.substr(0, rest.find('_')), "int");
  if (!bits || rest.find('_') == std::string_view::npos) return {};
  if (*bits != 8 && *bits != 6 && *bits != 4 && *bits != 3 && *bits != 2)
    throw UserError(fmt::format("codec \"{}\": the bits of an element are 8, 6, 4, 3 or 2", name));
  rest.remove_prefix(rest.find('_') + 1);
  Quantization how{*bits, take_word(rest, "per_channel"), {}};
  const std::string_view word = rest.substr(0, rest.find('_'));
  how.rule = parse_range_rule(word);
  if (how.rule && !take_word(rest, word)) return {};
  return how;
}

Made parse_quantized(std::string_view name) {
  std::string_view rest = name;
  const std::optional<Quantization> how = take_quantization(rest, name);
  if (!how || rest == "png") return nullptr;
  std::unique_ptr<Packing> packing = parse_packing(rest, name);
  if (!packing) return nullptr;
  if (rest.starts_with("hevc_qp") && how->name() == "int8")
    throw UserError(fmt::format("codec \"{}\": write \"{}\"", name, rest));
  if (!packing->lossless() && how->bits != 8)
    throw UserError(fmt::format("codec \"{}\": {} codes elements of 8 bits", name, rest));
  return make_quantized(*how, std::move(packing));
}

/// 8 bits over each feature's own range, as Choi and Bajic (ICIP 2018).
Made parse_hevc(std::string_view name) {
  const std::optional<int> qp = number_behind(name, "hevc_qp", 0, 51, name);
  return qp ? make_quantized({}, make_tiled_packing(make_hevc_coding(*qp)), std::string(name)) : nullptr;
}

const CodecParameter kPacking{"PACKING",
                              "zstd (level 3), zstdL with L 1 to 19; or channels tiled into one picture and "
                              "JPEG XL without loss: jxl (effort 7), jxlE with E 1 to 9"};
const CodecParameter kPerChannel{"per_channel",
                                 "a range for each channel; without it: one for the whole feature"};
const CodecParameter kRange{
    "RANGE",
    "minmax, percentile (99.9) or mse (least squared error), over training images; without it: "
    "each feature's own range, which travels with it"};
const CodecParameter kQuality{"Q", "JPEG's quality, 1 to 100"};
const CodecParameter kDistance{"D", "JPEG XL's distance, 0.05 to 15; 1 is called visually lossless"};

// One line makes a codec known. Examples are what the tests of all codecs run on.
const std::vector<Registration>& registry() {
  static const std::vector<Registration> lines = [] {
    constexpr Signal kImage = Signal::image, kFeature = Signal::feature;
    std::vector<Registration> all = {
        {{"raw_u8", kImage, "a byte a pixel", {}, {"raw_u8"}}, plain("raw_u8", make_raw_u8)},
        {{"png", kImage, "PNG, its zlib stream alone", {}, {"png"}}, parse_image},
        {{"jxl[E]",
          kImage,
          "JPEG XL without loss",
          {{"E", "JPEG XL's effort, 1 to 9; without it: 7"}},
          {"jxl", "jxl9"}},
         parse_image},
        {{"jxl_dD", kImage, "JPEG XL", {kDistance}, {"jxl_d1", "jxl_d0.5"}}, parse_image},
        {{"jpegQ", kImage, "JPEG, 4:2:0", {kQuality}, {"jpeg75"}}, parse_image},
        {{"raw_f32", kFeature, "32-bit floats", {}, {"raw_f32"}}, plain("raw_f32", make_raw_f32)},
        {{"raw_f16", kFeature, "16-bit floats", {}, {"raw_f16"}}, plain("raw_f16", make_raw_f16)},
        {{"f32_PACKING", kFeature, "32-bit floats, packed", {kPacking}, {"f32_zstd", "f32_jxl"}},
         floats("f32", make_packed_f32)},
        {{"f16_PACKING", kFeature, "16-bit floats, packed", {kPacking}, {"f16_zstd", "f16_jxl"}},
         floats("f16", make_packed_f16)},
        {{"intB[_per_channel][_RANGE]_PACKING",
          kFeature,
          "B bits an element, uniform over a range, packed",
          {{"B", "8, 6, 4, 3 or 2 bits"}, kPerChannel, kRange, kPacking},
          {"int8_zstd", "int8_jxl", "int4_per_channel_mse_zstd", "int4_per_channel_jxl",
           "int2_percentile_zstd19"}},
         parse_quantized},
        {{"int8[_per_channel][_RANGE]_jpegQ",
          kFeature,
          "8 bits an element, channels tiled into one picture, JPEG",
          {kPerChannel, kRange, kQuality},
          {"int8_jpeg75"}},
         parse_quantized},
        {{"int8[_per_channel][_RANGE]_jxl_dD",
          kFeature,
          "the same, JPEG XL",
          {kPerChannel, kRange, kDistance},
          {"int8_jxl_d1"}},
         parse_quantized},
    };
    if (has_hevc()) {
      const CodecParameter crf{"CRF", "x265's constant rate factor, 0 to 51"};
      all.push_back({{"hevc_crfCRF",
                      kImage,
                      "HEVC video: predicted from the image before, a key picture every 30th",
                      {crf},
                      {"hevc_crf28"}},
                     parse_image});
      all.push_back({{"int8[_per_channel][_RANGE]_hevc_crfCRF",
                      kFeature,
                      "the same of consecutive features",
                      {kPerChannel, kRange, crf},
                      {"int8_minmax_hevc_crf28"}},
                     parse_quantized});
      const CodecParameter qp{"QP", "HEVC's quantisation parameter, 0 to 51"};
      all.push_back({{"hevc_qpQP",
                      kFeature,
                      "the same, one HEVC intra picture, each feature's own range",
                      {qp},
                      {"hevc_qp28"}},
                     parse_hevc});
      all.push_back({{"int8[_per_channel][_RANGE]_hevc_qpQP",
                      kFeature,
                      "the same, with other ranges",
                      {kPerChannel, kRange, qp},
                      {"int8_per_channel_minmax_hevc_qp20"}},
                     parse_quantized});
    }
    return all;
  }();
  return lines;
}

}  // namespace

std::unique_ptr<Codec> make_codec(std::string_view name) {
  std::vector<std::string> known;
  for (const Registration& line : registry()) {
    if (Made codec = line.make(name)) return codec;
    known.insert(known.end(), line.entry.examples.begin(), line.entry.examples.end());
  }
  if (!nearest_name(name, known).empty())
    throw UserError(fmt::format("unknown codec \"{}\"{}", name, suggestion(name, known)));
  std::vector<std::string> patterns;
  for (const Registration& line : registry()) patterns.push_back(line.entry.pattern);
  throw UserError(fmt::format("unknown codec \"{}\"{} (offramp list codecs explains them)", name,
                              suggestion(name, patterns)));
}

std::vector<CodecEntry> list_codecs() {
  std::vector<CodecEntry> entries;
  for (const Registration& line : registry()) entries.push_back(line.entry);
  return entries;
}

}  // namespace offramp
