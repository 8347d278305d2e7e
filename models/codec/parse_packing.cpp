#include <fmt/format.h>

#include <charconv>

#include "models/codec/codec_name.hpp"
#include "models/codec/packing.hpp"
#include "models/codec/picture_coding.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr int kHighestZstdLevel = 19;
constexpr int kHighestJxlEffort = 9;
constexpr double kHighestJxlDistance = 15;

/// The number behind a packing's name, or its default where none is written.
std::optional<int> effort_in(std::string_view text, std::string_view name, int usual, int highest,
                             std::string_view codec) {
  if (text == name) return usual;
  const std::optional<int> effort = number_behind(text, name, 1, highest, codec);
  if (effort == usual)
    throw UserError(fmt::format("codec \"{0}\": write \"{1}\" for \"{1}{2}\"", codec, name, usual));
  return effort;
}

/// "jxl_d" and a number written plainly.
std::optional<double> jxl_distance(std::string_view text, std::string_view codec) {
  constexpr std::string_view kPrefix = "jxl_d";
  if (!text.starts_with(kPrefix)) return {};
  const std::string_view digits = text.substr(kPrefix.size());
  double distance = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), distance, std::chars_format::fixed);
  const bool plain = error == std::errc{} && fmt::format("{}", distance) == digits;
  if (!plain || distance < 0.05 || distance > kHighestJxlDistance)
    throw UserError(
        fmt::format("codec \"{}\": the distance behind \"jxl_d\" is a number from 0.05 to {}, as 1 or 0.5",
                    codec, kHighestJxlDistance));
  return distance;
}

}  // namespace

std::unique_ptr<PictureCoding> parse_picture_coding(std::string_view text, std::string_view codec) {
  if (text == "png") return make_png_coding();
  if (const auto distance = jxl_distance(text, codec)) return make_lossy_jxl_coding(*distance);
  if (const auto effort = effort_in(text, "jxl", kDefaultJxlEffort, kHighestJxlEffort, codec))
    return make_jxl_coding(*effort);
  if (const auto quality = number_behind(text, "jpeg", 1, 100, codec)) return make_jpeg_coding(*quality);
  if (const auto qp = number_behind(text, "hevc_qp", 0, 51, codec)) return make_hevc_coding(*qp);
  if (const auto crf = number_behind(text, "hevc_crf", 0, 51, codec)) return make_hevc_video_coding(*crf);
  return nullptr;
}

std::unique_ptr<Packing> parse_packing(std::string_view text, std::string_view codec) {
  if (const auto level = effort_in(text, "zstd", kDefaultZstdLevel, kHighestZstdLevel, codec))
    return make_zstd_packing(*level);
  std::unique_ptr<PictureCoding> coding = parse_picture_coding(text, codec);
  return coding ? make_tiled_packing(std::move(coding)) : nullptr;
}

}  // namespace offramp
