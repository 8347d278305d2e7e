#pragma once

#include <cstddef>
#include <vector>

namespace offramp {

/// The fixed text of the yardstick, 1 MiB, like a quantised feature behind a ReLU: from a linear
/// congruential generator, each byte 0 with probability one half, else even over 0..63.
std::vector<std::byte> yardstick_text();

/// Seconds that zstd level 3 takes for a byte of that text on this machine: the median of several runs.
/// A device whose own figure is known runs codecs that much faster or slower than this machine.
double measure_zstd_s_per_byte();

}  // namespace offramp
