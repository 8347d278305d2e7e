#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What a codec codes: pixels of the split point `input` (floats that are whole numbers in
/// 0..255), or a feature (any finite floats).
enum class Signal { image, feature };

/// A coded stream that was cut short, changed on its way, or was never one.
class DamagedStream : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The sending end of one stream, on the device. It may carry state from sample to sample (video).
class Encoder {
 public:
  virtual ~Encoder() = default;
  /// @param x  shape.elements() values, channel by channel, row by row
  /// @return the payload as it would travel: nothing in it that both ends know (shape, codec)
  virtual std::vector<std::byte> encode(std::span<const float> x) = 0;
};

/// The receiving end of one stream, in the cloud. It sees the payloads in the order they were coded.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// @param out  shape.elements() values, all written
  /// @throws DamagedStream instead of ever giving a wrong tensor
  virtual void decode(std::span<const std::byte> payload, std::span<float> out) = 0;
};

/// A way to put features or images on the wire. One file each; see models/codec/registry.cpp for
/// the line that makes one known.
class Codec {
 public:
  virtual ~Codec() = default;
  /// The name with its parameters, as scenarios and profiles write it: "int8_zstd", "jpeg75".
  virtual std::string name() const = 0;
  virtual Signal signal() const = 0;
  /// Promises decode(encode(x)) == x.
  virtual bool lossless() const = 0;
  /// Samples must be coded in their order, each stream by its own encoder and decoder.
  virtual bool stateful() const { return false; }

  /// Has parameters that are chosen from samples before anything is coded; both ends then know them.
  virtual bool needs_fit() const { return false; }
  /// @param samples  one behind another, shape.elements() values each; not of images that accuracy is
  ///                 reported on
  virtual void fit(const FeatureShape& shape, std::span<const float> samples);

  /// Both ends of a stream. What a codec makes of a sample travels with a checksum of 4 bytes behind it:
  /// CRC-32 of the bytes, and of what the ends agreed on (name, shape, what fit() chose, and of a stateful
  /// stream how many samples came before). Any change within 4 neighbouring bytes is found for certain.
  /// @throws std::invalid_argument for a shape that it cannot code; std::logic_error before fit()
  std::unique_ptr<Encoder> make_encoder(const FeatureShape& shape) const;
  std::unique_ptr<Decoder> make_decoder(const FeatureShape& shape) const;

 protected:
  /// The ends without the checksum. A decoder must bear any bytes, but need not notice every change.
  virtual std::unique_ptr<Encoder> bare_encoder(const FeatureShape& shape) const = 0;
  virtual std::unique_ptr<Decoder> bare_decoder(const FeatureShape& shape) const = 0;
  /// What fit() chose, as bytes.
  virtual std::vector<std::byte> fitted() const { return {}; }
};

/// What the checksum adds to each payload.
inline constexpr std::size_t kChecksumBytes = 4;

/// @throws UserError for an unknown name, with the names there are
std::unique_ptr<Codec> make_codec(std::string_view name);

/// A part of a codec's name that stands for several.
struct CodecParameter {
  std::string letters;  ///< as in the pattern: "B"
  std::string meaning;  ///< "8, 6, 4, 3 or 2"
};

/// A family of codecs, as `offramp list codecs` shows it.
struct CodecEntry {
  std::string pattern;  ///< "intB[_per_channel][_RANGE]_PACKER": what is in brackets may be left out
  Signal signal;
  std::string explanation;
  std::vector<CodecParameter> parameters;
  std::vector<std::string> examples;  ///< names that make_codec takes
};
std::vector<CodecEntry> list_codecs();

}  // namespace offramp
