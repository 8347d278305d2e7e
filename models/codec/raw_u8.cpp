#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/pixels.hpp"

namespace offramp {
namespace {

class RawU8Encoder : public Encoder {
 public:
  std::vector<std::byte> encode(std::span<const float> x) override {
    std::vector<std::byte> pixels(x.size());
    pixels_from_floats(x, pixels);
    return pixels;
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

void pixels_from_floats(std::span<const float> x, std::span<std::byte> to) {
  unsigned broken = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto pixel = static_cast<std::int32_t>(std::min(255.0F, std::max(0.0F, x[i])));
    broken |= static_cast<float>(pixel) == x[i] ? 0U : 1U;  // 1 for NaN
    to[i] = static_cast<std::byte>(pixel);
  }
  if (broken != 0) throw std::invalid_argument("a pixel is no whole number in 0..255");
}

std::unique_ptr<Codec> make_raw_u8() { return std::make_unique<RawU8>(); }

}  // namespace offramp
