#include <fmt/format.h>
#include <algorithm>

#include "models/codec/byte_packer.hpp"
#include "models/codec/codec.hpp"
#include "models/codec/zstd_frame.hpp"

namespace offramp {
namespace {

/// Several levels in a byte, the first in the lowest bits.
struct Sharing {
  int bits;
  std::size_t levels_a_byte;

  static Sharing of(int bits) {
    return {bits, bits == 2 ? std::size_t{4} : bits <= 4 ? std::size_t{2} : std::size_t{1}};
  }

  std::size_t bytes(std::size_t levels) const { return (levels + levels_a_byte - 1) / levels_a_byte; }

  void join(std::span<const std::uint8_t> levels, std::span<std::uint8_t> joined) const {
    std::fill(joined.begin(), joined.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < levels.size(); ++i)
      joined[i / levels_a_byte] = static_cast<std::uint8_t>(
          joined[i / levels_a_byte] | levels[i] << (static_cast<int>(i % levels_a_byte) * bits));
  }

  /// @return false when a bit is set that belongs to no level
  bool split(std::span<const std::uint8_t> joined, std::span<std::uint8_t> levels) const {
    const int mask = (1 << bits) - 1;
    for (std::size_t i = 0; i < levels.size(); ++i)
      levels[i] = static_cast<std::uint8_t>(
          joined[i / levels_a_byte] >> (static_cast<int>(i % levels_a_byte) * bits) & mask);
    const int used = bits * static_cast<int>(levels_a_byte);
    const std::size_t in_last = (levels.size() - 1) % levels_a_byte + 1;
    return std::all_of(joined.begin(), joined.end(), [&](std::uint8_t byte) { return byte >> used == 0; }) &&
           joined.back() >> (bits * static_cast<int>(in_last)) == 0;
  }
};

class ZstdLevelPacker : public BytePacker {
 public:
  ZstdLevelPacker(int level, int bits) : packer_(level), sharing_(Sharing::of(bits)) {}

  void pack(std::span<const std::uint8_t> levels, std::vector<std::byte>& out) override {
    if (sharing_.levels_a_byte == 1) return packer_.pack(std::as_bytes(levels), out);
    joined_.resize(sharing_.bytes(levels.size()));
    sharing_.join(levels, joined_);
    packer_.pack(std::as_bytes(std::span(joined_)), out);
  }

 private:
  ZstdPacker packer_;
  Sharing sharing_;
  std::vector<std::uint8_t> joined_;
};

class ZstdLevelUnpacker : public ByteUnpacker {
 public:
  explicit ZstdLevelUnpacker(int bits) : sharing_(Sharing::of(bits)) {}

  void unpack(std::span<const std::byte> packed, std::span<std::uint8_t> levels) override {
    if (sharing_.bits == 8) return unpacker_.unpack(packed, std::as_writable_bytes(levels));
    joined_.resize(sharing_.bytes(levels.size()));
    unpacker_.unpack(packed, std::as_writable_bytes(std::span(joined_)));
    if (!sharing_.split(joined_, levels)) throw DamagedStream("zstd frame: a level that is too large");
  }

 private:
  ZstdUnpacker unpacker_;
  Sharing sharing_;
  std::vector<std::uint8_t> joined_;
};

class ZstdPacking : public Packing {
 public:
  explicit ZstdPacking(int level) : level_(level) {}
  std::string name() const override {
    return level_ == kDefaultZstdLevel ? "zstd" : fmt::format("zstd{}", level_);
  }
  std::unique_ptr<BytePacker> make_packer(const FeatureShape&, int bits) const override {
    return std::make_unique<ZstdLevelPacker>(level_, bits);
  }
  std::unique_ptr<ByteUnpacker> make_unpacker(const FeatureShape&, int bits) const override {
    return std::make_unique<ZstdLevelUnpacker>(bits);
  }

 private:
  int level_;
};

}  // namespace

std::unique_ptr<Packing> make_zstd_packing(int level) { return std::make_unique<ZstdPacking>(level); }

}  // namespace offramp
