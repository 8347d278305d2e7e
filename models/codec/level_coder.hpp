#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/codec/quantizer.hpp"
#include "models/codec/range_choice.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// How a feature becomes levels, as the first words of a codec's name say it: "int4_per_channel_mse".
struct Quantization {
  int bits = 8;
  bool per_channel = false;
  std::optional<RangeRule> rule;  ///< none: each sample's own range, which travels with it

  std::string name() const;
};

/// The quantisers of a feature, one a channel or one for all of them.
struct QuantizerSet {
  FeatureShape shape;
  int bits = 8;
  std::vector<Quantizer> quantizers;

  /// @param ranges  one, or one a channel
  static QuantizerSet over(const FeatureShape& shape, int bits, std::span<const ValueRange> ranges);
  /// The sample's own ranges, with steps that write_side_information keeps.
  static QuantizerSet of_sample(const FeatureShape& shape, int bits, bool per_channel,
                                std::span<const float> x);

  void to_levels(std::span<const float> x, std::span<std::uint8_t> levels) const;
  void to_values(std::span<const std::uint8_t> levels, std::span<float> x) const;

  /// Side information: a byte 1 when any zero level is not 0, else 0; the upper 16 bits of each step (an f32,
  /// little-endian); with that 1, each zero level.
  void write_side_information(std::vector<std::byte>& out) const;
  /// @param count  of quantisers
  /// @return what follows the side information
  /// @throws DamagedStream
  std::span<const std::byte> read_side_information(std::span<const std::byte> payload, std::size_t count);
};

}  // namespace offramp
