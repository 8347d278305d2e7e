#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace offramp::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// What a reader may hold at one time while it reads a file of n bytes: per_byte * n + fixed.
struct MemoryBound {
  std::size_t per_byte;
  std::size_t fixed;
};

/// One reader of something that may come from a stranger. Each file of targets/ defines fuzz_target().
struct FuzzTarget {
  /// Gives the input to the reader. What the reader documents to throw is caught here; whatever else comes
  /// out (another exception, a signal, a sanitizer's report, a broken promise) is a finding.
  std::function<void(Bytes)> read;
  std::vector<std::string> seeds;   ///< sound inputs, and whatever leads a mutation somewhere
  std::vector<std::string> tokens;  ///< pieces that mean something in this format
  MemoryBound memory;
};

FuzzTarget fuzz_target();

/// Ends the process as a crash does, unless the claim holds.
void require(bool holds, const char* claim);

/// Bytes as text, and back.
std::string text_of(Bytes input);
Bytes bytes_of(const std::string& text);

}  // namespace offramp::fuzz
