#include "models/codec/hevc_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "models/codec/codec.hpp"

namespace offramp {
namespace {

using Bytes = std::vector<std::byte>;

constexpr int kSmallestTree = 16;  // of coding units; a picture is one at least
constexpr int kUsualTree = 32;
constexpr int kSmallestUnit = 8;
constexpr int kKeyPictures = 30;
constexpr std::size_t kLengthBytes = 4;  // before each NAL unit

Bytes unit_of(const x265_nal& nal) {
  const auto* bytes = reinterpret_cast<const std::byte*>(nal.payload);
  return {bytes + kLengthBytes, bytes + nal.sizeBytes};
}

void check(de265_error error) {
  if (error != DE265_OK) throw DamagedStream(fmt::format("hevc: {}", de265_get_error_text(error)));
}

void push(de265_decoder_context* decoder, std::span<const std::byte> unit) {
  check(de265_push_NAL(decoder, unit.data(), static_cast<int>(unit.size()), 0, nullptr));
}

}  // namespace

HevcPicture HevcPicture::at_least(int width, int height, bool colour) {
  const auto side = [](int length) {
    return std::max(kSmallestTree, (length + kSmallestUnit - 1) / kSmallestUnit * kSmallestUnit);
  };
  HevcPicture picture{side(width), side(height), colour, {}};
  picture.planes.resize(colour ? picture.luma_size() * 3 / 2 : picture.luma_size());
  return picture;
}

std::span<std::byte> HevcPicture::plane(int index) {
  const std::size_t quarter = luma_size() / 4;
  if (index == 0) return std::span(planes).first(luma_size());
  return std::span(planes).subspan(luma_size() + (index == 1 ? 0 : quarter), quarter);
}

HevcStreamEncoder::HevcStreamEncoder(const HevcPicture& format, const HevcSettings& settings)
    : parameters_(x265_param_alloc()), picture_(x265_picture_alloc()) {
  if (!parameters_ || !picture_) throw std::bad_alloc();
  x265_param* p = parameters_.get();
  x265_param_default_preset(p, "medium", "zerolatency");
  p->logLevel = X265_LOG_NONE;
  p->sourceWidth = format.width;
  p->sourceHeight = format.height;
  p->internalCsp = format.colour ? X265_CSP_I420 : X265_CSP_I400;
  p->fpsNum = 25;
  p->fpsDenom = 1;
  p->keyframeMax = settings.video ? kKeyPictures : 1;
  p->scenecutThreshold = 0;
  p->bOpenGOP = 0;
  p->bRepeatHeaders = 0;
  p->bAnnexB = 0;
  p->bEmitInfoSEI = 0;
  p->bEnableWavefront = 0;
  p->frameNumThreads = 1;
  p->lookaheadSlices = 0;
  p->maxCUSize = std::min(format.width, format.height) < kUsualTree ? kSmallestTree : kUsualTree;
  p->maxTUSize = p->maxCUSize;
  p->rc.cuTree = 0;
  if (settings.video) {
    p->rc.rateControlMode = X265_RC_CRF;
    p->rc.rfConstant = settings.quality;
  } else {
    p->rc.rateControlMode = X265_RC_CQP;
    p->rc.qp = settings.quality;
    p->rc.ipFactor = 1;  // otherwise intra pictures are coded finer than asked for
    p->rc.aqMode = X265_AQ_NONE;
  }
  x265_param_parse(p, "pools", "none");
  encoder_.reset(x265_encoder_open(p));
  if (!encoder_) throw std::runtime_error("hevc: the encoder cannot be opened");
}

std::vector<Bytes> HevcStreamEncoder::headers() {
  x265_nal* units = nullptr;
  std::uint32_t count = 0;
  if (x265_encoder_headers(encoder_.get(), &units, &count) < 0)
    throw std::runtime_error("hevc: the encoder has no headers");
  std::vector<Bytes> headers;
  for (std::uint32_t i = 0; i < count; ++i) headers.push_back(unit_of(units[i]));
  return headers;
}

Bytes HevcStreamEncoder::encode(HevcPicture& source) {
  x265_picture* picture = picture_.get();
  x265_picture_init(parameters_.get(), picture);
  picture->planes[0] = source.plane(0).data();
  picture->stride[0] = source.width;
  for (int i = 1; source.colour && i < 3; ++i) {
    picture->planes[i] = source.plane(i).data();
    picture->stride[i] = source.chroma_width();
  }
  picture->bitDepth = 8;
  picture->colorSpace = source.colour ? X265_CSP_I420 : X265_CSP_I400;
  picture->pts = pictures_++;
  x265_nal* units = nullptr;
  std::uint32_t count = 0;
  if (x265_encoder_encode(encoder_.get(), &units, &count, picture, nullptr) != 1)
    throw std::runtime_error("hevc: the encoder gave no picture");
  // Parameter sets may stand before a key picture; both ends have them.
  for (std::uint32_t i = 0; i < count; ++i)
    if (units[i].type <= NAL_UNIT_CODED_SLICE_CRA) return unit_of(units[i]);
  throw std::runtime_error("hevc: the encoder gave no picture");
}

HevcStreamDecoder::HevcStreamDecoder(const std::vector<Bytes>& headers) : decoder_(de265_new_decoder()) {
  if (!decoder_) throw std::bad_alloc();
  for (const Bytes& header : headers) push(decoder_.get(), header);
}

void HevcStreamDecoder::decode(std::span<const std::byte> unit, HevcPicture& picture) {
  de265_decoder_context* decoder = decoder_.get();
  push(decoder, unit);
  de265_push_end_of_frame(decoder);
  const de265_image* image = nullptr;
  for (int more = 1; more != 0 && image == nullptr;) {
    more = 0;  // the library does not always set it
    const de265_error error = de265_decode(decoder, &more);
    if (error != DE265_ERROR_WAITING_FOR_INPUT_DATA) check(error);
    check(de265_get_warning(decoder));
    image = de265_get_next_picture(decoder);
    if (error == DE265_ERROR_WAITING_FOR_INPUT_DATA) break;
  }
  if (image == nullptr) throw DamagedStream("hevc: no picture");
  for (int i = 0; i < (picture.colour ? 3 : 1); ++i) {
    const int width = i == 0 ? picture.width : picture.chroma_width();
    const int height = i == 0 ? picture.height : picture.height / 2;
    if (de265_get_image_width(image, i) != width || de265_get_image_height(image, i) != height)
      throw DamagedStream("hevc: another size than agreed");
    int stride = 0;
    const std::uint8_t* from = de265_get_image_plane(image, i, &stride);
    std::byte* to = picture.plane(i).data();
    for (int y = 0; y < height; ++y)
      std::memcpy(to + y * width, from + y * stride, static_cast<std::size_t>(width));
  }
}

}  // namespace offramp
