#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Packs planes of levels without loss: channel by channel, row by row, each level below 2^bits.
class BytePacker {
 public:
  virtual ~BytePacker() = default;
  /// Appends to `out`.
  virtual void pack(std::span<const std::uint8_t> levels, std::vector<std::byte>& out) = 0;
};

class ByteUnpacker {
 public:
  virtual ~ByteUnpacker() = default;
  /// @param levels  as many as were packed
  /// @throws DamagedStream for bytes that no packer of this kind made for that many levels
  virtual void unpack(std::span<const std::byte> packed, std::span<std::uint8_t> levels) = 0;
};

/// A kind of packer as the end of a codec's name says it: "zstd", "zstd19".
class Packing {
 public:
  virtual ~Packing() = default;
  virtual std::string name() const = 0;
  /// @param bits  of a level, 1..8
  virtual std::unique_ptr<BytePacker> make_packer(const FeatureShape& shape, int bits) const = 0;
  virtual std::unique_ptr<ByteUnpacker> make_unpacker(const FeatureShape& shape, int bits) const = 0;
};

/// zstd at a level 1..19. Levels of 4, 3 and 2 bits share bytes (2, 2, 4 to a byte): an entropy code of zstd
/// spends at least one bit a byte, and after a ReLU most levels are zero.
std::unique_ptr<Packing> make_zstd_packing(int level);

inline constexpr int kDefaultZstdLevel = 3;

/// @param text  "zstd" (level 3) or "zstd19"
/// @throws UserError for a parameter out of range, said about `codec`; null when it is no packing at all
std::unique_ptr<Packing> parse_packing(std::string_view text, std::string_view codec);

}  // namespace offramp
