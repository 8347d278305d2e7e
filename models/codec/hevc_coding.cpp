#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "models/codec/codec.hpp"
#include "models/codec/hevc_stream.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {
namespace {

/// How every intra picture begins: a NAL unit of type IDR_N_LP in layer 0.
constexpr std::array<std::byte, 2> kIntraUnit{std::byte{0x28}, std::byte{0x01}};

/// Between our pictures and those of HEVC: the last column and row repeated up to the sides it wants, colour
/// as luma and chroma (BT.601, full range, as JPEG's), chroma the mean of four pixels.
class Conversion {
 public:
  explicit Conversion(const PictureFormat& format) : format_(format) {}

  HevcPicture empty() const { return HevcPicture::at_least(format_.width, format_.height, colour()); }

  void to_hevc(std::span<const std::byte> picture, HevcPicture& out) const {
    const auto luma = out.plane(0);
    std::vector<float> blue(colour() ? luma.size() : 0), red(blue.size());
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const auto at = static_cast<std::size_t>(y * out.width + x);
        const std::size_t from = place(std::min(x, format_.width - 1), std::min(y, format_.height - 1));
        if (!colour()) {
          luma[at] = picture[from];
          continue;
        }
        const float r = value(picture[from]), g = value(picture[from + 1]), b = value(picture[from + 2]);
        luma[at] = rounded(0.299F * r + 0.587F * g + 0.114F * b);
        blue[at] = 128 - 0.168736F * r - 0.331264F * g + 0.5F * b;
        red[at] = 128 + 0.5F * r - 0.418688F * g - 0.081312F * b;
      }
    if (colour()) {
      halve(blue, out.width, out.plane(1));
      halve(red, out.width, out.plane(2));
    }
  }

  void from_hevc(HevcPicture& decoded, std::span<std::byte> picture) const {
    const auto luma = decoded.plane(0);
    for (int y = 0; y < format_.height; ++y)
      for (int x = 0; x < format_.width; ++x) {
        const auto at = static_cast<std::size_t>(y * decoded.width + x);
        if (!colour()) {
          picture[place(x, y)] = luma[at];
          continue;
        }
        const auto half = static_cast<std::size_t>(y / 2 * decoded.chroma_width() + x / 2);
        const float l = value(luma[at]), b = value(decoded.plane(1)[half]) - 128,
                    r = value(decoded.plane(2)[half]) - 128;
        picture[place(x, y)] = rounded(l + 1.402F * r);
        picture[place(x, y) + 1] = rounded(l - 0.344136F * b - 0.714136F * r);
        picture[place(x, y) + 2] = rounded(l + 1.772F * b);
      }
  }

 private:
  bool colour() const { return format_.channels == 3; }
  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>((y * format_.width + x) * format_.channels);
  }
  static float value(std::byte sample) { return static_cast<float>(std::to_integer<int>(sample)); }
  static std::byte rounded(float sample) {
    return static_cast<std::byte>(static_cast<int>(std::clamp(sample + 0.5F, 0.0F, 255.0F)));
  }
  static void halve(const std::vector<float>& full, int width, std::span<std::byte> half) {
    for (std::size_t i = 0; i < half.size(); ++i) {
      const auto row = static_cast<std::size_t>(width);
      const std::size_t at = i / (row / 2) * 2 * row + i % (row / 2) * 2;
      half[i] = rounded((full[at] + full[at + 1] + full[at + row] + full[at + row + 1]) / 4);
    }
  }

  PictureFormat format_;
};

class HevcEncoder : public PictureEncoder {
 public:
  HevcEncoder(const PictureFormat& format, const HevcSettings& settings)
      : conversion_(format),
        settings_(settings),
        picture_(conversion_.empty()),
        stream_(picture_, settings) {}

  void encode(std::span<const std::byte> picture, std::vector<std::byte>& out) override {
    conversion_.to_hevc(picture, picture_);
    const std::vector<std::byte> unit = stream_.encode(picture_);
    if (settings_.video) {
      out.insert(out.end(), unit.begin(), unit.end());
      return;
    }
    if (!std::equal(kIntraUnit.begin(), kIntraUnit.end(), unit.begin()))
      throw std::logic_error("hevc: a header that is not always the same cannot be left out");
    out.insert(out.end(), unit.begin() + kIntraUnit.size(), unit.end());
  }

 private:
  Conversion conversion_;
  HevcSettings settings_;
  HevcPicture picture_;
  HevcStreamEncoder stream_;
};

class HevcDecoder : public PictureDecoder {
 public:
  HevcDecoder(const PictureFormat& format, const HevcSettings& settings)
      : conversion_(format),
        settings_(settings),
        picture_(conversion_.empty()),
        headers_(HevcStreamEncoder(picture_, settings).headers()) {}

  void decode(std::span<const std::byte> coded, std::span<std::byte> picture) override {
    // A picture that stands alone gets a decoder of its own, so that a damaged one spoils no other.
    if (!settings_.video || !stream_) stream_.emplace(headers_);
    std::vector<std::byte> unit(kIntraUnit.begin(), kIntraUnit.end());
    if (settings_.video) unit.clear();
    unit.insert(unit.end(), coded.begin(), coded.end());
    stream_->decode(unit, picture_);
    conversion_.from_hevc(picture_, picture);
  }

 private:
  Conversion conversion_;
  HevcSettings settings_;
  HevcPicture picture_;
  std::vector<std::vector<std::byte>> headers_;
  std::optional<HevcStreamDecoder> stream_;
};

class HevcCoding : public PictureCoding {
 public:
  explicit HevcCoding(const HevcSettings& settings) : settings_(settings) {}
  std::string name() const override {
    return fmt::format("hevc_{}{}", settings_.video ? "crf" : "qp", settings_.quality);
  }
  bool lossless() const override { return false; }
  bool stateful() const override { return settings_.video; }
  std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const override {
    return std::make_unique<HevcEncoder>(format, settings_);
  }
  std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const override {
    return std::make_unique<HevcDecoder>(format, settings_);
  }

 private:
  HevcSettings settings_;
};

}  // namespace

bool has_hevc() { return true; }

std::unique_ptr<PictureCoding> make_hevc_coding(int qp) {
  return std::make_unique<HevcCoding>(HevcSettings{false, qp});
}

std::unique_ptr<PictureCoding> make_hevc_video_coding(int crf) {
  return std::make_unique<HevcCoding>(HevcSettings{true, crf});
}

}  // namespace offramp
