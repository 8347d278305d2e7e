#pragma once

#include <cstddef>

namespace offramp::fuzz {

/// Counts what the whole process allocates, its C libraries included. Two of them: glibc's, by standing in
/// for malloc, and the sanitizers', by their hooks.
class MemoryMeter {
 public:
  /// From here on.
  static void start();
  /// The most that was held at one time since start(), over what was held then.
  static std::size_t peak_bytes();
};

}  // namespace offramp::fuzz
