#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/codec/packing.hpp"

namespace offramp {

/// A picture as encoders of pictures take it: row by row, the channels of a pixel side by side.
struct PictureFormat {
  int width;
  int height;
  int channels = 1;  ///< 1: grey, 3: red, green, blue
  SampleType type = SampleType::u8;

  std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  std::size_t samples() const { return pixels() * static_cast<std::size_t>(channels); }
  std::size_t bytes() const { return samples() * bytes_of(type); }
};

class PictureEncoder {
 public:
  virtual ~PictureEncoder() = default;
  /// Appends to `out`, without what is the same for every picture of this format and coding.
  virtual void encode(std::span<const std::byte> picture, std::vector<std::byte>& out) = 0;
};

class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  /// @throws DamagedStream
  virtual void decode(std::span<const std::byte> coded, std::span<std::byte> picture) = 0;
};

/// A picture format of the world, with its parameters: "png", "jxl9", "jxl_d1.5", "jpeg75", "hevc_qp28",
/// "hevc_crf28".
class PictureCoding {
 public:
  virtual ~PictureCoding() = default;
  virtual std::string name() const = 0;
  virtual bool lossless() const = 0;
  /// Pictures are coded from those before: in their order, each stream by its own encoder and decoder.
  virtual bool stateful() const { return false; }
  /// @throws std::invalid_argument for a format that it does not have
  virtual std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const = 0;
  virtual std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const = 0;
};

/// PNG, all filters tried, zlib level 9. What travels is its zlib stream alone.
std::unique_ptr<PictureCoding> make_png_coding();

/// JPEG XL without loss, any sample type.
/// @param effort  1..9, as libjxl means it
std::unique_ptr<PictureCoding> make_jxl_coding(int effort);
inline constexpr int kDefaultJxlEffort = 7;

/// JPEG XL, lossy, effort 7.
/// @param distance  above 0, at most 15; 1 is called visually lossless
std::unique_ptr<PictureCoding> make_lossy_jxl_coding(double distance);

/// Baseline JPEG, colour as 4:2:0, usual tables.
/// @param quality  1..100, as libjpeg means it
std::unique_ptr<PictureCoding> make_jpeg_coding(int quality);

/// HEVC, one intra picture, grey alone (4:0:0), x265's medium preset at constant QP without adaptive
/// quantisation.
/// @param qp  0..51
std::unique_ptr<PictureCoding> make_hevc_coding(int qp);

/// HEVC video, each picture predicted from the one before, a key picture every 30th; no picture waits for a
/// later one. x265's medium preset at constant rate factor; grey (4:0:0) or colour (4:2:0, BT.601 full
/// range).
/// @param crf  0..51
std::unique_ptr<PictureCoding> make_hevc_video_coding(int crf);

/// Whether this build has x265 and libde265.
bool has_hevc();

/// @param text  a name as above
/// @throws UserError for a parameter out of range, said about `codec`; null when it is none of them
std::unique_ptr<PictureCoding> parse_picture_coding(std::string_view text, std::string_view codec);

}  // namespace offramp
