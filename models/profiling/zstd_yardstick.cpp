#include "models/profiling/zstd_yardstick.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/codec/zstd_frame.hpp"
#include "models/profiling/one_thread.hpp"

namespace offramp {
namespace {

constexpr std::size_t kTextBytes = std::size_t{1} << 20;
constexpr int kLevel = 3;
constexpr std::size_t kRuns = 15;

}  // namespace

std::vector<std::byte> yardstick_text() {
  std::vector<std::byte> text(kTextBytes);
  std::uint64_t state = 1;
  for (std::byte& byte : text) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;  // Knuth, MMIX
    const bool zero = (state >> 63) != 0;
    byte = static_cast<std::byte>(zero ? 0 : (state >> 56) & 63);
  }
  return text;
}

double measure_zstd_s_per_byte() {
  const std::vector<std::byte> text = yardstick_text();
  ZstdPacker packer(kLevel);
  std::array<double, kRuns> seconds{};
  std::vector<std::byte> packed;  // one for all runs, so that fresh memory is not what is measured
  for (double& run : seconds) {
    packed.clear();
    const double start_s = thread_seconds();
    packer.pack(text, packed);
    run = thread_seconds() - start_s;
  }
  std::nth_element(seconds.begin(), seconds.begin() + kRuns / 2, seconds.end());
  return seconds[kRuns / 2] / static_cast<double>(kTextBytes);
}

}  // namespace offramp
