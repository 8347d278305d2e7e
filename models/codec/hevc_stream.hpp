#pragma once

#include <libde265/de265.h>
#include <x265.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace offramp {

/// A picture as HEVC takes it: planes of bytes, the first of full size; sides are multiples of 8, at
/// least 16.
struct HevcPicture {
  int width = 0;
  int height = 0;
  bool colour = false;  ///< two more planes of half the width and height
  std::vector<std::byte> planes;

  /// Zeros, of sides no shorter than those.
  static HevcPicture at_least(int width, int height, bool colour);
  int chroma_width() const { return width / 2; }
  std::size_t luma_size() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  std::span<std::byte> plane(int index);
};

/// How pictures are coded.
struct HevcSettings {
  bool video = false;  ///< predicted from the picture before, a key picture every 30th, at a rate factor
  int quality = 28;    ///< QP, or rate factor
};

/// x265 without delay: a picture in, its NAL unit out.
class HevcStreamEncoder {
 public:
  HevcStreamEncoder(const HevcPicture& format, const HevcSettings& settings);
  /// Parameter sets, each a NAL unit: what both ends know.
  std::vector<std::vector<std::byte>> headers();
  std::vector<std::byte> encode(HevcPicture& picture);

 private:
  struct FreeParameters {
    void operator()(x265_param* parameters) const { x265_param_free(parameters); }
  };
  struct CloseEncoder {
    void operator()(x265_encoder* encoder) const { x265_encoder_close(encoder); }
  };
  struct FreePicture {
    void operator()(x265_picture* picture) const { x265_picture_free(picture); }
  };

  std::unique_ptr<x265_param, FreeParameters> parameters_;
  std::unique_ptr<x265_picture, FreePicture> picture_;
  std::unique_ptr<x265_encoder, CloseEncoder> encoder_;
  std::int64_t pictures_ = 0;
};

/// libde265, told the parameter sets once.
class HevcStreamDecoder {
 public:
  explicit HevcStreamDecoder(const std::vector<std::vector<std::byte>>& headers);
  /// @param picture  of the format that was coded
  /// @throws DamagedStream
  void decode(std::span<const std::byte> unit, HevcPicture& picture);

 private:
  struct FreeDecoder {
    void operator()(de265_decoder_context* decoder) const { de265_free_decoder(decoder); }
  };
  std::unique_ptr<de265_decoder_context, FreeDecoder> decoder_;
};

}  // namespace offramp
