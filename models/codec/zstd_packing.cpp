#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "models/codec/codec.hpp"
#include "models/codec/packing.hpp"
#include "models/codec/zstd_frame.hpp"

namespace offramp {
namespace {

/// Several levels in a byte, the first in the lowest bits.
class SharedBytes {
 public:
  explicit SharedBytes(int bits) : bits_(bits), levels_a_byte_(bits == 2 ? 4 : bits <= 4 ? 2 : 1) {}

  bool shares() const { return levels_a_byte_ > 1; }
  std::size_t bytes(std::size_t levels) const { return (levels + levels_a_byte_ - 1) / levels_a_byte_; }

  void join(std::span<const std::byte> levels, std::span<std::byte> joined) const {
    std::fill(joined.begin(), joined.end(), std::byte{0});
    for (std::size_t i = 0; i < levels.size(); ++i) joined[i / levels_a_byte_] |= levels[i] << shift(i);
  }

  void split(std::span<const std::byte> joined, std::span<std::byte> levels) const {
    const auto mask = static_cast<std::byte>((1 << bits_) - 1);
    for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = joined[i / levels_a_byte_] >> shift(i) & mask;
  }

 private:
  int shift(std::size_t level) const { return static_cast<int>(level % levels_a_byte_) * bits_; }

  int bits_;
  std::size_t levels_a_byte_;
};

void shuffle(std::span<const std::byte> numbers, std::size_t size, std::span<std::byte> planes) {
  const std::size_t count = numbers.size() / size;
  for (std::size_t k = 0; k < size; ++k)
    for (std::size_t i = 0; i < count; ++i) planes[k * count + i] = numbers[i * size + k];
}

void unshuffle(std::span<const std::byte> planes, std::size_t size, std::span<std::byte> numbers) {
  const std::size_t count = numbers.size() / size;
  for (std::size_t k = 0; k < size; ++k)
    for (std::size_t i = 0; i < count; ++i) numbers[i * size + k] = planes[k * count + i];
}

class ZstdPackingPacker : public Packer {
 public:
  ZstdPackingPacker(int level, const SampleFormat& format)
      : packer_(level), shared_(format.bits), size_(bytes_of(format.type)) {}

  void pack(std::span<const std::byte> sample, std::vector<std::byte>& out) override {
    if (size_ > 1) {
      arranged_.resize(sample.size());
      shuffle(sample, size_, arranged_);
    } else if (shared_.shares()) {
      arranged_.resize(shared_.bytes(sample.size()));
      shared_.join(sample, arranged_);
    } else {
      return packer_.pack(sample, out);
    }
    packer_.pack(arranged_, out);
  }

 private:
  ZstdPacker packer_;
  SharedBytes shared_;
  std::size_t size_;
  std::vector<std::byte> arranged_;
};

class ZstdPackingUnpacker : public Unpacker {
 public:
  explicit ZstdPackingUnpacker(const SampleFormat& format)
      : shared_(format.bits), size_(bytes_of(format.type)) {}

  void unpack(std::span<const std::byte> packed, std::span<std::byte> sample) override {
    if (size_ > 1) {
      arranged_.resize(sample.size());
      unpacker_.unpack(packed, arranged_);
      unshuffle(arranged_, size_, sample);
    } else if (shared_.shares()) {
      arranged_.resize(shared_.bytes(sample.size()));
      unpacker_.unpack(packed, arranged_);
      shared_.split(arranged_, sample);
    } else {
      unpacker_.unpack(packed, sample);
    }
  }

 private:
  ZstdUnpacker unpacker_;
  SharedBytes shared_;
  std::size_t size_;
  std::vector<std::byte> arranged_;
};

class ZstdPacking : public Packing {
 public:
  explicit ZstdPacking(int level) : level_(level) {}
  std::string name() const override {
    return level_ == kDefaultZstdLevel ? "zstd" : fmt::format("zstd{}", level_);
  }
  bool lossless() const override { return true; }
  std::unique_ptr<Packer> make_packer(const SampleFormat& format) const override {
    return std::make_unique<ZstdPackingPacker>(level_, format);
  }
  std::unique_ptr<Unpacker> make_unpacker(const SampleFormat& format) const override {
    return std::make_unique<ZstdPackingUnpacker>(format);
  }

 private:
  int level_;
};

}  // namespace

std::size_t bytes_of(SampleType type) { return type == SampleType::u8 ? 1 : type == SampleType::u16 ? 2 : 4; }

std::unique_ptr<Packing> make_zstd_packing(int level) { return std::make_unique<ZstdPacking>(level); }

}  // namespace offramp
