#include <bit>
#include <cstring>
#include <utility>

#include "models/codec/builtin_codecs.hpp"
#include "sim/core/half_float.hpp"

namespace offramp {
namespace {

static_assert(std::endian::native == std::endian::little, "payloads are little-endian");

class PackedFloatsEncoder : public Encoder {
 public:
  PackedFloatsEncoder(SampleType type, std::unique_ptr<Packer> packer)
      : type_(type), packer_(std::move(packer)) {}

  std::vector<std::byte> encode(std::span<const float> x) override {
    std::vector<std::byte> payload;
    if (type_ == SampleType::f32) {
      packer_->pack(std::as_bytes(x), payload);
    } else {
      halves_.resize(x.size());
      to_halves(x, halves_);
      packer_->pack(std::as_bytes(std::span(halves_)), payload);
    }
    return payload;
  }

 private:
  SampleType type_;
  std::unique_ptr<Packer> packer_;
  std::vector<std::uint16_t> halves_;
};

class PackedFloatsDecoder : public Decoder {
 public:
  PackedFloatsDecoder(SampleType type, std::unique_ptr<Unpacker> unpacker)
      : type_(type), unpacker_(std::move(unpacker)) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (type_ == SampleType::f32) return unpacker_->unpack(payload, std::as_writable_bytes(out));
    halves_.resize(out.size());
    unpacker_->unpack(payload, std::as_writable_bytes(std::span(halves_)));
    to_floats(halves_, out);
  }

 private:
  SampleType type_;
  std::unique_ptr<Unpacker> unpacker_;
  std::vector<std::uint16_t> halves_;
};

class PackedFloats : public Codec {
 public:
  PackedFloats(SampleType type, std::unique_ptr<Packing> packing)
      : type_(type), packing_(std::move(packing)) {}

  std::string name() const override {
    return (type_ == SampleType::f32 ? "f32_" : "f16_") + packing_->name();
  }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return type_ == SampleType::f32; }

 protected:
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const override {
    return std::make_unique<PackedFloatsEncoder>(type_, packing_->make_packer({shape, type_}));
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const override {
    return std::make_unique<PackedFloatsDecoder>(type_, packing_->make_unpacker({shape, type_}));
  }

 private:
  SampleType type_;
  std::unique_ptr<Packing> packing_;
};

}  // namespace

std::unique_ptr<Codec> make_packed_f32(std::unique_ptr<Packing> packing) {
  return std::make_unique<PackedFloats>(SampleType::f32, std::move(packing));
}

std::unique_ptr<Codec> make_packed_f16(std::unique_ptr<Packing> packing) {
  return std::make_unique<PackedFloats>(SampleType::u16, std::move(packing));
}

}  // namespace offramp
