#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/profile/safetensors.hpp"

namespace offramp {

/// What is wrong with a header, without the file's name.
class BadHeader : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One tensor as its file announces it: nothing is checked against the data yet.
struct TensorEntry {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< bytes from the start of the data
  std::uint64_t end = 0;

  /// Bytes that type and shape ask for. @throws BadHeader when they overflow
  std::uint64_t expected_bytes() const;
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;
  std::map<std::string, std::string> metadata;
};

/// Longest header that is read, 4 MiB: some 40,000 tensors.
inline constexpr std::uint64_t kMaxHeaderBytes = 4u << 20;
inline constexpr std::size_t kMaxDimensions = 8;

/// Parses the JSON of a header event by event, so that memory stays a small multiple of the text.
/// @throws BadHeader for broken JSON, doubled, unknown or missing keys, values of another kind
SafetensorsHeader parse_safetensors_header(std::string_view json);

/// A name from a file, safe to print: quoted, cut at 60 letters, control characters replaced.
std::string printable(std::string_view text);

}  // namespace offramp
