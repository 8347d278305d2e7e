#include "sim/platform/memory_need.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace offramp {
namespace {

constexpr double kFloatBytes = 4;  // profiles count f32

/// The feature that an exit's segment reads, where the profile has it.
double input_bytes(const ExitProfile& profile, std::size_t exit) {
  if (exit == 0) return kFloatBytes * static_cast<double>(profile.input.elements());
  const SplitPoint* split = profile.find_split(fmt::format("exit {}", exit - 1));
  return split == nullptr ? 0 : kFloatBytes * static_cast<double>(split->shape.elements());
}

}  // namespace

MemoryNeed memory_need(const ExitProfile& profile, std::size_t first_exit, std::size_t last_exit,
                       const DeviceType& type, std::size_t batch) {
  MemoryNeed need;
  for (std::size_t exit = first_exit; exit <= last_exit; ++exit)
    for (const ComputeCost* piece : {&profile.exits[exit].backbone, &profile.exits[exit].head}) {
      need.weight_bytes += piece->weight_bytes;
      if (piece->peak_activation_bytes == 0 && piece->calls > 0) need.activations_known = false;
      need.activation_bytes =
          std::max({need.activation_bytes, piece->peak_activation_bytes, input_bytes(profile, exit)});
    }
  const double scale = type.bytes_per_value / kFloatBytes;
  need.weight_bytes *= scale;
  need.activation_bytes *= scale * static_cast<double>(batch);
  return need;
}

}  // namespace offramp
