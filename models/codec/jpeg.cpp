#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/pixels.hpp"

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
  std::size_t plane() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  std::size_t samples() const { return plane() * static_cast<std::size_t>(channels); }
};

Picture picture_of(const FeatureShape& shape, int quality) {
  if (shape.channels != 1 && shape.channels != 3)
    throw std::invalid_argument(
        fmt::format("jpeg codes pictures of 1 or 3 channels, not {}", shape.channels));
  return {static_cast<int>(shape.width), static_cast<int>(shape.height), static_cast<int>(shape.channels),
          quality};
}

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
Bytes compress(const TurboJpeg& jpeg, const Picture& picture, const std::vector<std::uint8_t>& interleaved) {
  Bytes file(tjBufSize(picture.width, picture.height, picture.subsampling()));
  auto* to = reinterpret_cast<unsigned char*>(file.data());
  unsigned long size = file.size();
  if (tjCompress2(jpeg.get(), interleaved.data(), picture.width, 0, picture.height, picture.pixel_format(),
                  &to, &size, picture.subsampling(), picture.quality, TJFLAG_NOREALLOC) != 0)
    throw std::runtime_error(std::string("jpeg: ") + tjGetErrorStr2(jpeg.get()));
  file.resize(size);
  return file;
}

/// Where the coded blocks begin: behind the start-of-scan segment.
std::size_t header_size(const Bytes& file) {
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
  Bytes file = compress(jpeg, picture, std::vector<std::uint8_t>(picture.samples()));
  file.resize(header_size(file));
  return file;
}

class JpegEncoder : public Encoder {
 public:
  explicit JpegEncoder(const Picture& picture)
      : picture_(picture),
        header_(common_header(picture)),
        jpeg_(tjInitCompress()),
        interleaved_(picture.samples()) {}

  Bytes encode(std::span<const float> x) override {
    const std::vector<std::uint8_t> planes = pixels_from_floats(x);
    const auto channels = static_cast<std::size_t>(picture_.channels);
    for (std::size_t i = 0; i < planes.size(); ++i)
      interleaved_[i % picture_.plane() * channels + i / picture_.plane()] = planes[i];
    const Bytes file = compress(jpeg_, picture_, interleaved_);
    if (!std::equal(header_.begin(), header_.end(), file.begin()) ||
        !std::equal(kEndOfImage.begin(), kEndOfImage.end(), file.end() - kEndOfImage.size()))
      throw std::logic_error("jpeg: a header that depends on the pixels cannot be left out");
    return {file.begin() + static_cast<std::ptrdiff_t>(header_.size()), file.end() - kEndOfImage.size()};
  }

 private:
  Picture picture_;
  Bytes header_;
  TurboJpeg jpeg_;
  std::vector<std::uint8_t> interleaved_;
};

class JpegDecoder : public Decoder {
 public:
  explicit JpegDecoder(const Picture& picture)
      : picture_(picture),
        header_(common_header(picture)),
        jpeg_(tjInitDecompress()),
        interleaved_(picture.samples()) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    refuse_markers(payload);
    Bytes file = header_;
    file.insert(file.end(), payload.begin(), payload.end());
    file.insert(file.end(), kEndOfImage.begin(), kEndOfImage.end());
    if (tjDecompress2(jpeg_.get(), reinterpret_cast<const unsigned char*>(file.data()), file.size(),
                      interleaved_.data(), picture_.width, 0, picture_.height, picture_.pixel_format(),
                      TJFLAG_STOPONWARNING) != 0)
      throw DamagedStream(std::string("jpeg: ") + tjGetErrorStr2(jpeg_.get()));
    const auto channels = static_cast<std::size_t>(picture_.channels);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = interleaved_[i % picture_.plane() * channels + i / picture_.plane()];
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
  std::vector<std::uint8_t> interleaved_;
};

class Jpeg : public Codec {
 public:
  explicit Jpeg(int quality) : quality_(quality) {}
  std::string name() const override { return fmt::format("jpeg{}", quality_); }
  Signal signal() const override { return Signal::image; }
  bool lossless() const override { return false; }
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const override {
    return std::make_unique<JpegEncoder>(picture_of(shape, quality_));
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const override {
    return std::make_unique<JpegDecoder>(picture_of(shape, quality_));
  }

 private:
  int quality_;
};

}  // namespace

std::unique_ptr<Codec> make_jpeg(int quality) { return std::make_unique<Jpeg>(quality); }

}  // namespace offramp
