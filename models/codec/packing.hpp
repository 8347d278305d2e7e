#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What a number of a sample is, before it is packed: little-endian, as the processor has it.
enum class SampleType {
  u8,   ///< a pixel, or a level of a quantiser
  u16,  ///< the bits of a 16-bit float
  f32
};

std::size_t bytes_of(SampleType type);

/// The numbers of one sample: channel by channel, row by row.
struct SampleFormat {
  FeatureShape shape;
  SampleType type = SampleType::u8;
  int bits = 8;  ///< of a level: each u8 is below 2^bits
};

class Packer {
 public:
  virtual ~Packer() = default;
  /// Appends what was packed to `out`.
  virtual void pack(std::span<const std::byte> sample, std::vector<std::byte>& out) = 0;
};

class Unpacker {
 public:
  virtual ~Unpacker() = default;
  /// @param sample  all of it is written
  /// @throws DamagedStream for bytes that no packer of this kind made
  virtual void unpack(std::span<const std::byte> packed, std::span<std::byte> sample) = 0;
};

/// What the end of a feature codec's name says: how its numbers become bytes. "zstd", "jxl9", "hevc_qp28".
class Packing {
 public:
  virtual ~Packing() = default;
  virtual std::string name() const = 0;
  /// Gives back what was packed. Those that do not take levels of 8 bits alone.
  virtual bool lossless() const = 0;
  /// Samples are packed from those before.
  virtual bool stateful() const { return false; }
  virtual std::unique_ptr<Packer> make_packer(const SampleFormat& format) const = 0;
  virtual std::unique_ptr<Unpacker> make_unpacker(const SampleFormat& format) const = 0;
};

/// zstd at a level 1..19. Bytes of larger numbers are shuffled: byte k of every number stands in plane k, so
/// that exponents lie together, and zeros. Levels of 4, 3 and 2 bits share bytes (2, 2, 4 to a byte): zstd's
/// entropy codes spend at least one bit a byte, and after a ReLU most levels are zero.
std::unique_ptr<Packing> make_zstd_packing(int level);

inline constexpr int kDefaultZstdLevel = 3;

class PictureCoding;

/// Channels as tiles of one grey picture, coded as such.
std::unique_ptr<Packing> make_tiled_packing(std::unique_ptr<PictureCoding> coding);

/// @param text  "zstd" (level 3), "zstd19", "jxl" (effort 7), "jxl9", "jxl_d1.5", "jpeg75", "hevc_qp28",
/// "hevc_crf28"
/// @throws UserError for a parameter out of range, said about `codec`; null when it is no packing at all
std::unique_ptr<Packing> parse_packing(std::string_view text, std::string_view codec);

}  // namespace offramp
