#include <fmt/format.h>
#include <libde265/de265.h>
#include <x265.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "models/codec/codec.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {
namespace {

using Bytes = std::vector<std::byte>;

constexpr int kSmallestTree = 16;  ///< of coding units; a picture is one at least
constexpr int kUsualTree = 32;
constexpr int kSmallestUnit = 8;  ///< sides are multiples of it
constexpr std::size_t kLengthBytes = 4;
/// How every coded picture begins: a NAL unit of type IDR_N_LP in layer 0.
constexpr std::array<std::byte, 2> kUnitHeader{std::byte{0x28}, std::byte{0x01}};

struct FreeParameters {
  void operator()(x265_param* parameters) const { x265_param_free(parameters); }
};
struct CloseEncoder {
  void operator()(x265_encoder* encoder) const { x265_encoder_close(encoder); }
};
struct FreePicture {
  void operator()(x265_picture* picture) const { x265_picture_free(picture); }
};
struct FreeDecoder {
  void operator()(de265_decoder_context* decoder) const { de265_free_decoder(decoder); }
};

/// The picture with its last column and row repeated, until its sides are what HEVC codes.
struct PaddedSize {
  int width, height;

  static PaddedSize of(const PictureFormat& format) { return {side(format.width), side(format.height)}; }
  static int side(int length) {
    return std::max(kSmallestTree, (length + kSmallestUnit - 1) / kSmallestUnit * kSmallestUnit);
  }
  std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

void pad(std::span<const std::byte> picture, const PictureFormat& format, const PaddedSize& size,
         Bytes& padded) {
  padded.resize(size.pixels());
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      padded[static_cast<std::size_t>(y * size.width + x)] = picture[static_cast<std::size_t>(
          std::min(y, format.height - 1) * format.width + std::min(x, format.width - 1))];
}

class IntraEncoder {
 public:
  IntraEncoder(const PaddedSize& size, int qp)
      : parameters_(x265_param_alloc()), picture_(x265_picture_alloc()) {
    if (!parameters_ || !picture_) throw std::bad_alloc();
    x265_param* p = parameters_.get();
    x265_param_default_preset(p, "medium", "zerolatency");
    p->logLevel = X265_LOG_NONE;
    p->sourceWidth = size.width;
    p->sourceHeight = size.height;
    p->internalCsp = X265_CSP_I400;
    p->fpsNum = 25;
    p->fpsDenom = 1;
    p->keyframeMax = 1;
    p->bRepeatHeaders = 0;
    p->bAnnexB = 0;
    p->bEmitInfoSEI = 0;
    p->bEnableWavefront = 0;
    p->frameNumThreads = 1;
    p->lookaheadSlices = 0;
    p->maxCUSize = std::min(size.width, size.height) < kUsualTree ? kSmallestTree : kUsualTree;
    p->maxTUSize = p->maxCUSize;
    p->rc.rateControlMode = X265_RC_CQP;
    p->rc.qp = qp;
    p->rc.ipFactor = 1;  // otherwise intra pictures are coded finer than asked for
    p->rc.aqMode = X265_AQ_NONE;
    p->rc.cuTree = 0;
    x265_param_parse(p, "pools", "none");
    encoder_.reset(x265_encoder_open(p));
    if (!encoder_) throw std::runtime_error("hevc: the encoder cannot be opened");
  }

  /// Parameter sets, each a NAL unit: what both ends know.
  std::vector<Bytes> headers() {
    x265_nal* units = nullptr;
    std::uint32_t count = 0;
    if (x265_encoder_headers(encoder_.get(), &units, &count) < 0)
      throw std::runtime_error("hevc: the encoder has no headers");
    std::vector<Bytes> headers;
    for (std::uint32_t i = 0; i < count; ++i) headers.push_back(unit(units[i]));
    return headers;
  }

  /// One NAL unit.
  Bytes encode(Bytes& padded, int width) {
    x265_picture* picture = picture_.get();
    x265_picture_init(parameters_.get(), picture);
    picture->planes[0] = padded.data();
    picture->stride[0] = width;
    picture->bitDepth = 8;
    picture->colorSpace = X265_CSP_I400;
    picture->pts = pictures_++;
    x265_nal* units = nullptr;
    std::uint32_t count = 0;
    if (x265_encoder_encode(encoder_.get(), &units, &count, picture, nullptr) != 1)
      throw std::runtime_error("hevc: the encoder gave no picture");
    for (std::uint32_t i = 0; i < count; ++i)
      if (units[i].type == NAL_UNIT_CODED_SLICE_IDR_N_LP) return unit(units[i]);
    throw std::runtime_error("hevc: the encoder gave no intra picture");
  }

 private:
  static Bytes unit(const x265_nal& nal) {
    const auto* bytes = reinterpret_cast<const std::byte*>(nal.payload);
    return {bytes + kLengthBytes, bytes + nal.sizeBytes};
  }

  std::unique_ptr<x265_param, FreeParameters> parameters_;
  std::unique_ptr<x265_picture, FreePicture> picture_;
  std::unique_ptr<x265_encoder, CloseEncoder> encoder_;
  std::int64_t pictures_ = 0;
};

class HevcEncoder : public PictureEncoder {
 public:
  HevcEncoder(const PictureFormat& format, int qp)
      : format_(format), size_(PaddedSize::of(format)), encoder_(size_, qp) {}

  void encode(std::span<const std::byte> picture, std::vector<std::byte>& out) override {
    pad(picture, format_, size_, padded_);
    const Bytes unit = encoder_.encode(padded_, size_.width);
    if (!std::equal(kUnitHeader.begin(), kUnitHeader.end(), unit.begin()))
      throw std::logic_error("hevc: a header that is not always the same cannot be left out");
    out.insert(out.end(), unit.begin() + kUnitHeader.size(), unit.end());
  }

 private:
  PictureFormat format_;
  PaddedSize size_;
  IntraEncoder encoder_;
  Bytes padded_;
};

class HevcDecoder : public PictureDecoder {
 public:
  HevcDecoder(const PictureFormat& format, int qp)
      : format_(format), headers_(IntraEncoder(PaddedSize::of(format), qp).headers()) {}

  void decode(std::span<const std::byte> coded, std::span<std::byte> picture) override {
    const std::unique_ptr<de265_decoder_context, FreeDecoder> decoder(de265_new_decoder());
    if (!decoder) throw std::bad_alloc();
    for (const Bytes& header : headers_) push(decoder.get(), header);
    Bytes unit(kUnitHeader.begin(), kUnitHeader.end());
    unit.insert(unit.end(), coded.begin(), coded.end());
    push(decoder.get(), unit);
    check(de265_flush_data(decoder.get()));
    for (int more = 1; more != 0;) {
      more = 0;  // the library does not always set it
      check(de265_decode(decoder.get(), &more));
      check(de265_get_warning(decoder.get()));
      if (const de265_image* image = de265_get_next_picture(decoder.get())) return copy(image, picture);
    }
    throw DamagedStream("hevc: no picture");
  }

 private:
  static void check(de265_error error) {
    if (error != DE265_OK) throw DamagedStream(fmt::format("hevc: {}", de265_get_error_text(error)));
  }

  static void push(de265_decoder_context* decoder, const Bytes& unit) {
    check(de265_push_NAL(decoder, unit.data(), static_cast<int>(unit.size()), 0, nullptr));
  }

  void copy(const de265_image* image, std::span<std::byte> picture) const {
    if (de265_get_image_width(image, 0) < format_.width || de265_get_image_height(image, 0) < format_.height)
      throw DamagedStream("hevc: another size than agreed");
    int stride = 0;
    const std::uint8_t* plane = de265_get_image_plane(image, 0, &stride);
    const auto width = static_cast<std::size_t>(format_.width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(format_.height); ++y)
      std::memcpy(picture.data() + y * width, plane + y * static_cast<std::size_t>(stride), width);
  }

  PictureFormat format_;
  std::vector<Bytes> headers_;
};

class HevcCoding : public PictureCoding {
 public:
  explicit HevcCoding(int qp) : qp_(qp) {}
  std::string name() const override { return fmt::format("hevc_qp{}", qp_); }
  bool lossless() const override { return false; }
  std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const override {
    return std::make_unique<HevcEncoder>(format, qp_);
  }
  std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const override {
    return std::make_unique<HevcDecoder>(format, qp_);
  }

 private:
  int qp_;
};

}  // namespace

bool has_hevc() { return true; }

std::unique_ptr<PictureCoding> make_hevc_coding(int qp) { return std::make_unique<HevcCoding>(qp); }

}  // namespace offramp
