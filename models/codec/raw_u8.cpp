#include <stdexcept>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/pixels.hpp"

namespace offramp {
namespace {

class RawU8Encoder : public Encoder {
 public:
  std::vector<std::byte> encode(std::span<const float> x) override {
    const std::vector<std::uint8_t> pixels = pixels_from_floats(x);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(pixels));
    return {bytes.begin(), bytes.end()};
  }
};

class RawU8Decoder : public Decoder {
 public:
  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (payload.size() != out.size()) throw DamagedStream("raw_u8: the payload has the wrong length");
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(payload[i]);
  }
};

class RawU8 : public Codec {
 public:
  std::string name() const override { return "raw_u8"; }
  Signal signal() const override { return Signal::image; }
  bool lossless() const override { return true; }
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape&) const override {
    return std::make_unique<RawU8Encoder>();
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape&) const override {
    return std::make_unique<RawU8Decoder>();
  }
};

}  // namespace

std::vector<std::uint8_t> pixels_from_floats(std::span<const float> x) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(x.size());
  for (const float value : x) {
    const bool in_range = value >= 0 && value <= 255;  // false for NaN
    if (!in_range || value != static_cast<float>(static_cast<int>(value)))
      throw std::invalid_argument("a pixel is no whole number in 0..255");
    pixels.push_back(static_cast<std::uint8_t>(value));
  }
  return pixels;
}

std::unique_ptr<Codec> make_raw_u8() { return std::make_unique<RawU8>(); }

}  // namespace offramp
