#include "models/codec/builtin_codecs.hpp"
#include "sim/core/half_float.hpp"

namespace offramp {
namespace {

class RawF16Encoder : public Encoder {
 public:
  std::vector<std::byte> encode(std::span<const float> x) override {
    halves_.resize(x.size());
    to_halves(x, halves_);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(halves_));
    return {bytes.begin(), bytes.end()};
  }

 private:
  std::vector<std::uint16_t> halves_;
};

class RawF16Decoder : public Decoder {
 public:
  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (payload.size() != 2 * out.size()) throw DamagedStream("raw_f16: the payload has the wrong length");
    halves_.resize(out.size());
    std::copy(payload.begin(), payload.end(), std::as_writable_bytes(std::span(halves_)).begin());
    to_floats(halves_, out);
  }

 private:
  std::vector<std::uint16_t> halves_;
};

class RawF16 : public Codec {
 public:
  std::string name() const override { return "raw_f16"; }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return false; }

 protected:
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape&) const override {
    return std::make_unique<RawF16Encoder>();
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape&) const override {
    return std::make_unique<RawF16Decoder>();
  }
};

}  // namespace

std::unique_ptr<Codec> make_raw_f16() { return std::make_unique<RawF16>(); }

}  // namespace offramp
