#include <stdexcept>
#include <utility>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/level_coder.hpp"

namespace offramp {
namespace {

class QuantizedEncoder : public Encoder {
 public:
  /// @param fixed  what both ends know; nothing: each sample's own range
  QuantizedEncoder(const FeatureShape& shape, const Quantization& how, std::optional<QuantizerSet> fixed,
                   std::unique_ptr<Packer> packer)
      : shape_(shape), how_(how), fixed_(std::move(fixed)), packer_(std::move(packer)) {}

  std::vector<std::byte> encode(std::span<const float> x) override {
    levels_.resize(x.size());
    std::vector<std::byte> payload;
    if (fixed_) {
      fixed_->to_levels(x, levels_);
    } else {
      const QuantizerSet own = QuantizerSet::of_sample(shape_, how_.bits, how_.per_channel, x);
      own.write_side_information(payload);
      own.to_levels(x, levels_);
    }
    packer_->pack(std::as_bytes(std::span(levels_)), payload);
    return payload;
  }

 private:
  FeatureShape shape_;
  Quantization how_;
  std::optional<QuantizerSet> fixed_;
  std::unique_ptr<Packer> packer_;
  std::vector<std::uint8_t> levels_;
};

class QuantizedDecoder : public Decoder {
 public:
  QuantizedDecoder(const FeatureShape& shape, const Quantization& how, std::optional<QuantizerSet> fixed,
                   std::unique_ptr<Unpacker> unpacker)
      : shape_(shape), how_(how), fixed_(std::move(fixed)), unpacker_(std::move(unpacker)) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    levels_.resize(out.size());
    if (fixed_) {
      unpacker_->unpack(payload, std::as_writable_bytes(std::span(levels_)));
      return fixed_->to_values(levels_, out);
    }
    QuantizerSet own{shape_, how_.bits, {}};
    const std::size_t count = how_.per_channel ? static_cast<std::size_t>(shape_.channels) : 1;
    unpacker_->unpack(own.read_side_information(payload, count), std::as_writable_bytes(std::span(levels_)));
    own.to_values(levels_, out);
  }

 private:
  FeatureShape shape_;
  Quantization how_;
  std::optional<QuantizerSet> fixed_;
  std::unique_ptr<Unpacker> unpacker_;
  std::vector<std::uint8_t> levels_;
};

class Quantized : public Codec {
 public:
  Quantized(const Quantization& how, std::unique_ptr<Packing> packing, std::string name)
      : how_(how),
        packing_(std::move(packing)),
        name_(name.empty() ? how_.name() + "_" + packing_->name() : std::move(name)) {}

  std::string name() const override { return name_; }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return false; }
  bool stateful() const override { return packing_->stateful(); }
  bool needs_fit() const override { return how_.rule.has_value(); }

  void fit(const FeatureShape& shape, std::span<const float> samples) override {
    if (how_.rule) ranges_ = choose_ranges(shape, samples, how_.per_channel, *how_.rule, how_.bits);
  }

 protected:
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const override {
    return std::make_unique<QuantizedEncoder>(shape, how_, fixed(shape),
                                              packing_->make_packer({shape, SampleType::u8, how_.bits}));
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const override {
    return std::make_unique<QuantizedDecoder>(shape, how_, fixed(shape),
                                              packing_->make_unpacker({shape, SampleType::u8, how_.bits}));
  }
  std::vector<std::byte> fitted() const override {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(ranges_));
    return {bytes.begin(), bytes.end()};
  }

 private:
  std::optional<QuantizerSet> fixed(const FeatureShape& shape) const {
    if (!how_.rule) return {};
    if (ranges_.size() != (how_.per_channel ? static_cast<std::size_t>(shape.channels) : 1))
      throw std::logic_error(name() + " was not fitted to samples of this shape");
    return QuantizerSet::over(shape, how_.bits, ranges_);
  }

  Quantization how_;
  std::unique_ptr<Packing> packing_;
  std::string name_;
  std::vector<ValueRange> ranges_;
};

}  // namespace

std::unique_ptr<Codec> make_quantized(const Quantization& how, std::unique_ptr<Packing> packing,
                                      std::string name) {
  return std::make_unique<Quantized>(how, std::move(packing), std::move(name));
}

}  // namespace offramp
