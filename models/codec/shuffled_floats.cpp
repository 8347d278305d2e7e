#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/half_float.hpp"

namespace offramp {
namespace {

static_assert(std::endian::native == std::endian::little, "payloads are little-endian");

/// Byte k of every number stands in plane k: the bytes of exponents lie together, and those of zeros.
template <typename Word>
void shuffle(std::span<const Word> words, std::span<std::uint8_t> planes) {
  for (std::size_t k = 0; k < sizeof(Word); ++k)
    for (std::size_t i = 0; i < words.size(); ++i)
      planes[k * words.size() + i] = static_cast<std::uint8_t>(words[i] >> (8 * k));
}

template <typename Word>
void unshuffle(std::span<const std::uint8_t> planes, std::span<Word> words) {
  std::fill(words.begin(), words.end(), Word{0});
  for (std::size_t k = 0; k < sizeof(Word); ++k)
    for (std::size_t i = 0; i < words.size(); ++i)
      words[i] = static_cast<Word>(words[i] | static_cast<Word>(planes[k * words.size() + i]) << (8 * k));
}

void to_words(std::span<const float> x, std::span<std::uint32_t> words) {
  std::memcpy(words.data(), x.data(), x.size_bytes());
}
void to_words(std::span<const float> x, std::span<std::uint16_t> words) { to_halves(x, words); }
void from_words(std::span<const std::uint32_t> words, std::span<float> x) {
  std::memcpy(x.data(), words.data(), words.size_bytes());
}
void from_words(std::span<const std::uint16_t> words, std::span<float> x) { to_floats(words, x); }

template <typename Word>
class ShuffledEncoder : public Encoder {
 public:
  explicit ShuffledEncoder(std::unique_ptr<BytePacker> packer) : packer_(std::move(packer)) {}

  std::vector<std::byte> encode(std::span<const float> x) override {
    words_.resize(x.size());
    planes_.resize(x.size() * sizeof(Word));
    to_words(x, std::span<Word>(words_));
    shuffle(std::span<const Word>(words_), planes_);
    std::vector<std::byte> payload;
    packer_->pack(planes_, payload);
    return payload;
  }

 private:
  std::unique_ptr<BytePacker> packer_;
  std::vector<Word> words_;
  std::vector<std::uint8_t> planes_;
};

template <typename Word>
class ShuffledDecoder : public Decoder {
 public:
  explicit ShuffledDecoder(std::unique_ptr<ByteUnpacker> unpacker) : unpacker_(std::move(unpacker)) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    words_.resize(out.size());
    planes_.resize(out.size() * sizeof(Word));
    unpacker_->unpack(payload, planes_);
    unshuffle(std::span<const std::uint8_t>(planes_), std::span<Word>(words_));
    from_words(std::span<const Word>(words_), out);
  }

 private:
  std::unique_ptr<ByteUnpacker> unpacker_;
  std::vector<Word> words_;
  std::vector<std::uint8_t> planes_;
};

template <typename Word>
class ShuffledFloats : public Codec {
 public:
  explicit ShuffledFloats(std::unique_ptr<Packing> packing) : packing_(std::move(packing)) {}

  std::string name() const override { return fmt::format("f{}_{}", 8 * sizeof(Word), packing_->name()); }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return sizeof(Word) == sizeof(float); }

 protected:
  std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const override {
    return std::make_unique<ShuffledEncoder<Word>>(packing_->make_packer(planes_of(shape), 8));
  }
  std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const override {
    return std::make_unique<ShuffledDecoder<Word>>(packing_->make_unpacker(planes_of(shape), 8));
  }

 private:
  static FeatureShape planes_of(const FeatureShape& shape) {
    return {static_cast<std::int64_t>(sizeof(Word)) * shape.channels, shape.height, shape.width};
  }

  std::unique_ptr<Packing> packing_;
};

}  // namespace

std::unique_ptr<Codec> make_shuffled_f32(std::unique_ptr<Packing> packing) {
  return std::make_unique<ShuffledFloats<std::uint32_t>>(std::move(packing));
}

std::unique_ptr<Codec> make_shuffled_f16(std::unique_ptr<Packing> packing) {
  return std::make_unique<ShuffledFloats<std::uint16_t>>(std::move(packing));
}

}  // namespace offramp
