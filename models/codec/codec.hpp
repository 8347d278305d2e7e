#pragma once

#include <cstddef>
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
  virtual std::unique_ptr<Encoder> make_encoder(const FeatureShape& shape) const = 0;
  virtual std::unique_ptr<Decoder> make_decoder(const FeatureShape& shape) const = 0;
};

/// @throws UserError for an unknown name, with the names there are
std::unique_ptr<Codec> make_codec(std::string_view name);

/// Names and a line of explanation each, parameters as a letter: {"jpegQ", "..."}.
struct CodecEntry {
  std::string pattern;
  Signal signal;
  std::string explanation;
};
std::vector<CodecEntry> list_codecs();

}  // namespace offramp
