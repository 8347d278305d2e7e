#include <libdeflate.h>

#include <array>
#include <cstring>
#include <utility>

#include "models/codec/codec.hpp"

namespace offramp {
namespace {

std::uint32_t crc(std::uint32_t seed, std::span<const std::byte> bytes) {
  if (bytes.empty()) return seed;  // no bytes would mean "begin anew"
  return ::libdeflate_crc32(seed, bytes.data(), bytes.size());
}

/// What both ends agreed on, and of a stateful stream what was sent so far, in one number.
class Agreement {
 public:
  Agreement(const std::string& name, const FeatureShape& shape, std::span<const std::byte> fitted,
            bool counts)
      : counts_(counts) {
    const std::array<std::int64_t, 3> sizes{shape.channels, shape.height, shape.width};
    agreed_ = crc(0, std::as_bytes(std::span(name)));
    agreed_ = crc(agreed_, std::as_bytes(std::span(sizes)));
    agreed_ = crc(agreed_, fitted);
  }

  std::array<std::byte, kChecksumBytes> checksum(std::span<const std::byte> body) const {
    std::uint32_t seed = agreed_;
    if (counts_) seed = crc(seed, std::as_bytes(std::span(&samples_, 1)));
    const std::uint32_t sum = crc(seed, body);
    std::array<std::byte, kChecksumBytes> bytes{};
    std::memcpy(bytes.data(), &sum, kChecksumBytes);
    return bytes;
  }

  void next() { ++samples_; }

 private:
  bool counts_;
  std::uint32_t agreed_ = 0;
  std::uint64_t samples_ = 0;
};

class ChecksummedEncoder : public Encoder {
 public:
  ChecksummedEncoder(std::unique_ptr<Encoder> bare, Agreement agreement)
      : bare_(std::move(bare)), agreement_(agreement) {}

  std::vector<std::byte> encode(std::span<const float> x) override {
    std::vector<std::byte> payload = bare_->encode(x);
    const auto checksum = agreement_.checksum(payload);
    payload.insert(payload.end(), checksum.begin(), checksum.end());
    agreement_.next();
    return payload;
  }

 private:
  std::unique_ptr<Encoder> bare_;
  Agreement agreement_;
};

class ChecksummedDecoder : public Decoder {
 public:
  ChecksummedDecoder(std::unique_ptr<Decoder> bare, Agreement agreement)
      : bare_(std::move(bare)), agreement_(agreement) {}

  void decode(std::span<const std::byte> payload, std::span<float> out) override {
    if (payload.size() < kChecksumBytes) throw DamagedStream("the payload is shorter than its checksum");
    const auto body = payload.first(payload.size() - kChecksumBytes);
    const auto checksum = agreement_.checksum(body);
    if (std::memcmp(checksum.data(), payload.last(kChecksumBytes).data(), kChecksumBytes) != 0)
      throw DamagedStream("the checksum does not fit: changed on its way, or coded by another codec");
    bare_->decode(body, out);
    agreement_.next();
  }

 private:
  std::unique_ptr<Decoder> bare_;
  Agreement agreement_;
};

}  // namespace

void Codec::fit(const FeatureShape&, std::span<const float>) {}

std::unique_ptr<Encoder> Codec::make_encoder(const FeatureShape& shape) const {
  return std::make_unique<ChecksummedEncoder>(bare_encoder(shape),
                                              Agreement(name(), shape, fitted(), stateful()));
}

std::unique_ptr<Decoder> Codec::make_decoder(const FeatureShape& shape) const {
  return std::make_unique<ChecksummedDecoder>(bare_decoder(shape),
                                              Agreement(name(), shape, fitted(), stateful()));
}

}  // namespace offramp
