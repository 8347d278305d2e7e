#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "models/codec/codec.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {
namespace {

constexpr std::byte kMarker{0xFF};
constexpr std::byte kStartOfScan{0xDA};
constexpr std::array<std::byte, 2> kEndOfImage{std::byte{0xFF}, std::byte{0xD9}};

using Bytes = std::vector<std::byte>;

/// What both ends know: the size of the picture and how it is coded.
struct Picture {
  int width;
  int height;
  int channels;
  int quality;

  int pixel_format() const { return channels == 1 ? TJPF_GRAY : TJPF_RGB; }
  int subsampling() const { return channels == 1 ? TJSAMP_GRAY : TJSAMP_420; }
  std::size_t samples() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(channels);
  }
};

class TurboJpeg {
 public:
  explicit TurboJpeg(tjhandle handle) : handle_(handle) {
    if (handle_ == nullptr) throw std::bad_alloc();
  }
  ~TurboJpeg() { tjDestroy(handle_); }
  TurboJpeg(const TurboJpeg&) = delete;
  TurboJpeg& operator=(const TurboJpeg&) = delete;
  tjhandle get() const { return handle_; }

 private:
  tjhandle handle_;
};

/// A whole JPEG file of interleaved samples.
/// @param room  what it is written to, grown to what any picture may need
std::span<const std::byte> compress(const TurboJpeg& jpeg, const Picture& picture,
                                    std::span<const std::byte> samples, Bytes& room) {
  room.resize(tjBufSize(picture.width, picture.height, picture.subsampling()));
  auto* to = reinterpret_cast<unsigned char*>(room.data());
  unsigned long size = room.size();
  if (tjCompress2(jpeg.get(), reinterpret_cast<const unsigned char*>(samples.data()), picture.width, 0,
                  picture.height, picture.pixel_format(), &to, &size, picture.subsampling(), picture.quality,
                  TJFLAG_NOREALLOC) != 0)
    throw std::runtime_error(std::string("jpeg: ") + tjGetErrorStr2(jpeg.get()));
  return std::span(room).first(size);
}

/// Where the coded blocks begin: behind the start-of-scan segment.
std::size_t header_size(std::span<const std::byte> file) {
  std::size_t at = 2;  // behind the start-of-image marker
  while (at + 4 <= file.size() && file[at] == kMarker) {
    const std::size_t length =
        std::to_integer<std::size_t>(file[at + 2]) << 8 | std::to_integer<std::size_t>(file[at + 3]);
    const bool last = file[at + 1] == kStartOfScan;
    at += 2 + length;
    if (last) return at;
  }
  throw std::runtime_error("jpeg: the encoder wrote no start of scan");
}

/// The header of every picture of this kind: default tables, so the pixels have no part in it.
Bytes common_header(const Picture& picture) {
  const TurboJpeg jpeg(tjInitCompress());
  const Bytes black(picture.samples());
  Bytes room;
  const auto file = compress(jpeg, picture, black, room);
  const auto header = file.first(header_size(file));
  return {header.begin(), header.end()};
}

class JpegEncoder : public PictureEncoder {
 public:
  explicit JpegEncoder(const Picture& picture)
      : picture_(picture), header_(common_header(picture)), jpeg_(tjInitCompress()) {}

  void encode(std::span<const std::byte> samples, std::vector<std::byte>& out) override {
    const auto file = compress(jpeg_, picture_, samples, room_);
    if (!std::equal(header_.begin(), header_.end(), file.begin()) ||
        !std::equal(kEndOfImage.begin(), kEndOfImage.end(), file.end() - kEndOfImage.size()))
      throw std::logic_error("jpeg: a header that depends on the pixels cannot be left out");
    out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(header_.size()),
               file.end() - kEndOfImage.size());
  }

 private:
  Picture picture_;
  Bytes header_, room_;
  TurboJpeg jpeg_;
};

class JpegDecoder : public PictureDecoder {
 public:
  explicit JpegDecoder(const Picture& picture)
      : picture_(picture), header_(common_header(picture)), jpeg_(tjInitDecompress()) {}

  void decode(std::span<const std::byte> coded, std::span<std::byte> samples) override {
    refuse_markers(coded);
    Bytes file = header_;
    file.insert(file.end(), coded.begin(), coded.end());
    file.insert(file.end(), kEndOfImage.begin(), kEndOfImage.end());
    if (tjDecompress2(jpeg_.get(), reinterpret_cast<const unsigned char*>(file.data()), file.size(),
                      reinterpret_cast<unsigned char*>(samples.data()), picture_.width, 0, picture_.height,
                      picture_.pixel_format(), TJFLAG_STOPONWARNING) != 0)
      throw DamagedStream(std::string("jpeg: ") + tjGetErrorStr2(jpeg_.get()));
  }

 private:
  /// Coded blocks hold no marker: a 0xFF in them is followed by a zero byte.
  static void refuse_markers(std::span<const std::byte> payload) {
    if (payload.empty()) throw DamagedStream("jpeg: the payload is empty");
    for (std::size_t i = 0; i < payload.size(); ++i)
      if (payload[i] == kMarker && (i + 1 == payload.size() || payload[i + 1] != std::byte{0}))
        throw DamagedStream("jpeg: a marker within the coded blocks");
  }

  Picture picture_;
  Bytes header_;
  TurboJpeg jpeg_;
};

class JpegCoding : public PictureCoding {
 public:
  explicit JpegCoding(int quality) : quality_(quality) {}
  std::string name() const override { return fmt::format("jpeg{}", quality_); }
  bool lossless() const override { return false; }
  std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const override {
    return std::make_unique<JpegEncoder>(picture_of(format));
  }
  std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const override {
    return std::make_unique<JpegDecoder>(picture_of(format));
  }

 private:
  Picture picture_of(const PictureFormat& format) const {
    return {format.width, format.height, format.channels, quality_};
  }

  int quality_;
};

}  // namespace

std::unique_ptr<PictureCoding> make_jpeg_coding(int quality) { return std::make_unique<JpegCoding>(quality); }

}  // namespace offramp
