#include <bit>
#include <cstring>

#include "models/codec/builtin_codecs.hpp"

namespace offramp {
namespace {

static_assert(std::endian::native == std::endian::little, "payloads are little-endian");

class RawF32Encoder : public Encoder {
 public:
  std::vector<std::byte> encode(std::span<const float> x) override {
    const std::span<const std::byte> bytes = std::as_bytes(x);
    return {bytes.begin(), bytes.end()};
  }
};

class RawF32Decoder : public Decoder {
 public:
  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (payload.size() != out.size_bytes()) throw DamagedStream("raw_f32: the payload has the wrong length");
    std::memcpy(out.data(), payload.data(), payload.size());
  }
};

class RawF32 : public Codec {
 public:
  std::string name() const override { return "raw_f32"; }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return true; }
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape&) const override {
    return std::make_unique<RawF32Encoder>();
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape&) const override {
    return std::make_unique<RawF32Decoder>();
  }
};

}  // namespace

std::unique_ptr<Codec> make_raw_f32() { return std::make_unique<RawF32>(); }

}  // namespace offramp
