#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/zstd_frame.hpp"

namespace offramp {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kSideBytes = sizeof(float) + 1;

/// decoded = (level - zero_level) * step
struct Quantizer {
  float step = FLT_MIN;
  std::uint8_t zero_level = 0;

  /// Levels that span the values and 0. With both signs one level is given up, so that rounding
  /// the zero level never pushes the ends of the range out of 0..255.
  static Quantizer for_values(std::span<const float> x) {
    const auto [low_it, high_it] = std::minmax_element(x.begin(), x.end());
    const double low = x.empty() ? 0.0 : std::min(0.0, static_cast<double>(*low_it));
    const double high = x.empty() ? 0.0 : std::max(0.0, static_cast<double>(*high_it));
    const double steps = low < 0 && high > 0 ? 254 : 255;
    Quantizer q;
    q.step = std::max(FLT_MIN, static_cast<float>((high - low) / steps));
    q.zero_level =
        static_cast<std::uint8_t>(std::clamp(std::lround(-low / static_cast<double>(q.step)), 0L, 255L));
    return q;
  }

  std::byte level(float value) const {
    const double steps = static_cast<double>(value) / static_cast<double>(step);
    const double rounded = std::nearbyint(steps) + zero_level;
    return static_cast<std::byte>(static_cast<int>(std::clamp(rounded, 0.0, 255.0)));
  }

  float value(std::byte level) const {
    return static_cast<float>(static_cast<int>(level) - zero_level) * step;
  }
};

class Int8ZstdEncoder : public Encoder {
 public:
  std::vector<std::byte> encode(std::span<const float> x) override {
    const Quantizer q = Quantizer::for_values(x);
    levels_.resize(x.size());
    std::transform(x.begin(), x.end(), levels_.begin(), [&](float value) { return q.level(value); });
    std::vector<std::byte> payload(kSideBytes);
    std::memcpy(payload.data(), &q.step, sizeof(float));
    payload[sizeof(float)] = static_cast<std::byte>(q.zero_level);
    packer_.pack(levels_, payload);
    return payload;
  }

 private:
  ZstdPacker packer_{kLevel};
  std::vector<std::byte> levels_;
};

class Int8ZstdDecoder : public Decoder {
 public:
  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (payload.size() <= kSideBytes) throw DamagedStream("int8_zstd: the payload is cut short");
    Quantizer q;
    std::memcpy(&q.step, payload.data(), sizeof(float));
    q.zero_level = static_cast<std::uint8_t>(payload[sizeof(float)]);
    if (!(q.step >= FLT_MIN && q.step <= FLT_MAX))
      throw DamagedStream("int8_zstd: the step is no positive number");
    levels_.resize(out.size());
    unpacker_.unpack(payload.subspan(kSideBytes), levels_);
    std::transform(levels_.begin(), levels_.end(), out.begin(),
                   [&](std::byte level) { return q.value(level); });
  }

 private:
  ZstdUnpacker unpacker_;
  std::vector<std::byte> levels_;
};

class Int8Zstd : public Codec {
 public:
  std::string name() const override { return "int8_zstd"; }
  Signal signal() const override { return Signal::feature; }
  bool lossless() const override { return false; }
  std::unique_ptr<Encoder> make_encoder(const FeatureShape&) const override {
    return std::make_unique<Int8ZstdEncoder>();
  }
  std::unique_ptr<Decoder> make_decoder(const FeatureShape&) const override {
    return std::make_unique<Int8ZstdDecoder>();
  }
};

}  // namespace

std::unique_ptr<Codec> make_int8_zstd() { return std::make_unique<Int8Zstd>(); }

}  // namespace offramp
