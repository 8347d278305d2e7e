#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
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
  // Block by block, each step a loop of its own that compilers turn into vector instructions.
  constexpr std::size_t kBlock = 64;
  std::array<float, kBlock> clamped{};
  std::uint32_t broken = 0;
  for (std::size_t first = 0; first < x.size(); first += kBlock) {
    const std::span<const float> from = x.subspan(first, std::min(kBlock, x.size() - first));
    for (std::size_t i = 0; i < from.size(); ++i) {
      const float above_0 = from[i] > 0 ? from[i] : 0.0F;  // 0 for NaN
      clamped[i] = above_0 < 255 ? above_0 : 255.0F;
    }
    for (std::size_t i = 0; i < from.size(); ++i)
      to[first + i] = static_cast<std::byte>(static_cast<std::int32_t>(clamped[i]));
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto whole = static_cast<float>(static_cast<std::int32_t>(clamped[i]));
      const float positive = from[i] + 0.0F;  // -0 is 0
      broken |= std::bit_cast<std::uint32_t>(whole) ^ std::bit_cast<std::uint32_t>(positive);
    }
  }
  if (broken != 0) throw std::invalid_argument("a pixel is no whole number in 0..255");
}

std::unique_ptr<Codec> make_raw_u8() { return std::make_unique<RawU8>(); }

}  // namespace offramp
