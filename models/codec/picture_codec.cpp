#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/pixels.hpp"

namespace offramp {
namespace {

PictureFormat format_of(const FeatureShape& shape, const PictureCoding& coding) {
  if (shape.channels != 1 && shape.channels != 3)
    throw std::invalid_argument(
        fmt::format("{} codes pictures of 1 or 3 channels, not {}", coding.name(), shape.channels));
  return {static_cast<int>(shape.width), static_cast<int>(shape.height), static_cast<int>(shape.channels)};
}

class PictureCodecEncoder : public Encoder {
 public:
  PictureCodecEncoder(const PictureCoding& coding, const PictureFormat& format)
      : format_(format), encoder_(coding.make_encoder(format)), picture_(format.bytes()) {}

  std::vector<std::byte> encode(std::span<const float> x) override {
    planes_.resize(x.size());
    pixels_from_floats(x, planes_);
    const std::size_t pixels = format_.pixels();
    if (format_.channels == 1) {
      picture_ = planes_;
    } else {
      for (std::size_t i = 0; i < pixels; ++i) {
        picture_[3 * i] = planes_[i];
        picture_[3 * i + 1] = planes_[pixels + i];
        picture_[3 * i + 2] = planes_[2 * pixels + i];
      }
    }
    std::vector<std::byte> payload;
    encoder_->encode(picture_, payload);
    return payload;
  }

 private:
  PictureFormat format_;
  std::unique_ptr<PictureEncoder> encoder_;
  std::vector<std::byte> planes_, picture_;
};

class PictureCodecDecoder : public Decoder {
 public:
  PictureCodecDecoder(const PictureCoding& coding, const PictureFormat& format)
      : format_(format), decoder_(coding.make_decoder(format)), picture_(format.bytes()) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    decoder_->decode(payload, picture_);
    const auto channels = static_cast<std::size_t>(format_.channels);
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t i = 0; i < format_.pixels(); ++i)
        out[channel * format_.pixels() + i] = std::to_integer<std::uint8_t>(picture_[i * channels + channel]);
  }

 private:
  PictureFormat format_;
  std::unique_ptr<PictureDecoder> decoder_;
  std::vector<std::byte> picture_;
};

class PictureCodec : public Codec {
 public:
  explicit PictureCodec(std::unique_ptr<PictureCoding> coding) : coding_(std::move(coding)) {}
  std::string name() const override { return coding_->name(); }
  Signal signal() const override { return Signal::image; }
  bool lossless() const override { return coding_->lossless(); }
  bool stateful() const override { return coding_->stateful(); }

 protected:
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const override {
    return std::make_unique<PictureCodecEncoder>(*coding_, format_of(shape, *coding_));
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const override {
    return std::make_unique<PictureCodecDecoder>(*coding_, format_of(shape, *coding_));
  }

 private:
  std::unique_ptr<PictureCoding> coding_;
};

}  // namespace

std::unique_ptr<Codec> make_picture_codec(std::unique_ptr<PictureCoding> coding) {
  return std::make_unique<PictureCodec>(std::move(coding));
}

}  // namespace offramp
