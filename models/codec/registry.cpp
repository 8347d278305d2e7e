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

Made parse_jpeg(std::string_view name) {
  const std::optional<int> quality = number_behind(name, "jpeg", 1, 100, name);
  return quality ? make_jpeg(*quality) : nullptr;
}

/// "f32_" or "f16_" and a packing.
template <typename Make>
std::function<Made(std::string_view)> floats(std::string_view type, Make make) {
  return [type, make](std::string_view name) -> Made {
    std::string_view rest = name;
    if (!take_word(rest, type)) return nullptr;
    std::unique_ptr<Packing> packing = parse_packing(rest, name);
    return packing ? make(std::move(packing)) : nullptr;
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
  if (!how) return nullptr;
  std::unique_ptr<Packing> packing = parse_packing(rest, name);
  return packing ? make_quantized(*how, std::move(packing)) : nullptr;
}

const CodecParameter kPacking{"PACKING", "zstd (level 3) or zstdL with L from 1 to 19"};

// One line makes a codec known.
const std::vector<Registration>& registry() {
  static const std::vector<Registration> lines = {
      {{"raw_u8", Signal::image, "a byte a pixel", {}, {"raw_u8"}}, plain("raw_u8", make_raw_u8)},
      {{"jpegQ", Signal::image, "JPEG, common headers left out", {{"Q", "quality, 1 to 100"}}, {"jpeg75"}},
       parse_jpeg},
      {{"raw_f32", Signal::feature, "32-bit floats", {}, {"raw_f32"}}, plain("raw_f32", make_raw_f32)},
      {{"raw_f16", Signal::feature, "16-bit floats", {}, {"raw_f16"}}, plain("raw_f16", make_raw_f16)},
      {{"f32_PACKING", Signal::feature, "32-bit floats, bytes shuffled, packed", {kPacking}, {"f32_zstd"}},
       floats("f32", make_shuffled_f32)},
      {{"f16_PACKING", Signal::feature, "16-bit floats, bytes shuffled, packed", {kPacking}, {"f16_zstd"}},
       floats("f16", make_shuffled_f16)},
      {{"intB[_per_channel][_RANGE]_PACKING",
        Signal::feature,
        "B bits an element, uniform over a range, packed",
        {{"B", "8, 6, 4, 3 or 2 bits"},
         {"per_channel", "a range for each channel; without it: one for the whole feature"},
         {"RANGE",
          "minmax, percentile (99.9) or mse (least squared error), over training images; without it: each "
          "feature's own range, which travels with it"},
         kPacking},
        {"int8_zstd", "int4_per_channel_mse_zstd", "int2_percentile_zstd19"}},
       parse_quantized},
  };
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
