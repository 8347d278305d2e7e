// `cmake --build BUILD --target codec_benchmark`: what codecs add to the library call that does their work,
// on the same bytes. A row a codec: processor time of both, alternating, the median of rounds.
#include <fmt/format.h>
#include <jxl/encode.h>
#include <time.h>
#include <turbojpeg.h>
#include <zstd.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "models/codec/codec.hpp"
#include "models/codec/packing.hpp"
#include "models/codec/quantizer.hpp"
#include "models/codec/tile_grid.hpp"
#include "tests/models/samples.hpp"

using namespace offramp;

namespace {

constexpr FeatureShape kFeature{64, 16, 16};
constexpr FeatureShape kImage{3, 64, 64};
constexpr int kRounds = 41;
constexpr int kQuality = 75;

double process_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
  return values[kRounds / 2];
}

/// Enough calls that the clock's steps do not show.
double seconds_of(int calls, const std::function<void()>& work) {
  const double start_s = process_seconds();
  for (int i = 0; i < calls; ++i) work();
  return (process_seconds() - start_s) / calls;
}

void compare(const std::string& what, double mb, int calls, const std::function<void()>& ours,
             const std::function<void()>& bare) {
  std::vector<double> ours_s, bare_s, ratios;
  ours();
  bare();
  for (int round = 0; round < kRounds; ++round) {
    ours_s.push_back(seconds_of(calls, ours));
    bare_s.push_back(seconds_of(calls, bare));
    ratios.push_back(bare_s.back() / ours_s.back());
  }
  fmt::print("{:<22}{:>12.1f}{:>12.1f}{:>10.3f}\n", what, mb / median(ours_s), mb / median(bare_s),
             median(ratios));
}

std::vector<std::uint8_t> levels_of(const std::vector<float>& x) {
  std::vector<std::uint8_t> levels(x.size());
  Quantizer::over(ValueRange::of(x), 8).to_levels(x, 8, levels);
  return levels;
}

void zstd_rows(const std::vector<float>& x, double mb) {
  const std::vector<std::uint8_t> levels = levels_of(x);
  const std::string name = "int8_zstd";
  const auto encoder = make_codec(name)->make_encoder(kFeature);
  const auto decoder = make_codec(name)->make_decoder(kFeature);
  const auto payload = encoder->encode(x);
  std::vector<std::byte> packed(ZSTD_compressBound(levels.size()));
  std::vector<std::uint8_t> back(levels.size());
  std::vector<float> out(x.size());
  ZSTD_CCtx* in = ZSTD_createCCtx();
  ZSTD_DCtx* from = ZSTD_createDCtx();
  std::size_t size = 0;
  const auto bare = [&] {
    size = ZSTD_compressCCtx(in, packed.data(), packed.size(), levels.data(), levels.size(), 3);
  };
  compare(
      name + " encode", mb, 50, [&] { encoder->encode(x); }, bare);
  compare(
      name + " decode", mb, 50, [&] { decoder->decode(payload, out); },
      [&] { ZSTD_decompressDCtx(from, back.data(), back.size(), packed.data(), size); });
  ZSTD_freeCCtx(in);
  ZSTD_freeDCtx(from);
}

void bare_jxl(JxlEncoder* encoder, const PictureFormat& format, const std::vector<std::byte>& picture,
              std::vector<std::uint8_t>& file) {
  JxlEncoderReset(encoder);
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = static_cast<std::uint32_t>(format.width);
  info.ysize = static_cast<std::uint32_t>(format.height);
  info.bits_per_sample = 8;
  info.num_color_channels = 1;
  info.uses_original_profile = JXL_TRUE;
  JxlEncoderSetBasicInfo(encoder, &info);
  JxlColorEncoding colour;
  JxlColorEncodingSetToSRGB(&colour, JXL_TRUE);
  JxlEncoderSetColorEncoding(encoder, &colour);
  JxlEncoderFrameSettings* frame = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  JxlEncoderSetFrameLossless(frame, JXL_TRUE);
  const JxlPixelFormat pixels{1, JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};
  JxlEncoderAddImageFrame(frame, &pixels, picture.data(), picture.size());
  JxlEncoderCloseInput(encoder);
  std::uint8_t* to = file.data();
  std::size_t room = file.size();
  JxlEncoderProcessOutput(encoder, &to, &room);
}

void jxl_row(const std::vector<float>& x, double mb) {
  const std::vector<std::uint8_t> levels = levels_of(x);
  const TileGrid grid(SampleFormat{kFeature});
  std::vector<std::byte> picture(grid.picture().bytes());
  grid.arrange(std::as_bytes(std::span(levels)), picture);
  std::vector<std::uint8_t> file(2 * picture.size());
  JxlEncoder* jxl = JxlEncoderCreate(nullptr);
  const auto encoder = make_codec("int8_jxl")->make_encoder(kFeature);
  compare(
      "int8_jxl encode", mb, 1, [&] { encoder->encode(x); },
      [&] { bare_jxl(jxl, grid.picture(), picture, file); });
  JxlEncoderDestroy(jxl);
}

void jpeg_row() {
  const std::vector<float> x = blob_picture(kImage);
  std::vector<std::uint8_t> picture(x.size());
  const std::size_t pixels = x.size() / 3;
  for (std::size_t i = 0; i < x.size(); ++i)
    picture[i % pixels * 3 + i / pixels] = static_cast<std::uint8_t>(x[i]);
  std::vector<unsigned char> file(tjBufSize(64, 64, TJSAMP_420));
  tjhandle jpeg = tjInitCompress();
  const auto encoder = make_codec("jpeg75")->make_encoder(kImage);
  compare(
      "jpeg75 encode", 1e-6 * static_cast<double>(x.size()), 50, [&] { encoder->encode(x); },
      [&] {
        unsigned char* to = file.data();
        unsigned long size = file.size();
        tjCompress2(jpeg, picture.data(), 64, 0, 64, TJPF_RGB, &to, &size, TJSAMP_420, kQuality,
                    TJFLAG_NOREALLOC);
      });
  tjDestroy(jpeg);
}

}  // namespace

int main() {
  const std::vector<float> x = rectified_feature(kFeature);
  const double mb = 1e-6 * 4 * static_cast<double>(x.size());
  fmt::print("{:<22}{:>12}{:>12}{:>10}\n", "", "ours, MB/s", "bare, MB/s", "ratio");
  zstd_rows(x, mb);
  jxl_row(x, mb);
  jpeg_row();
}
