#include "sim/platform/compute_time.hpp"

#include <algorithm>

namespace offramp {

double compute_time_s(const DeviceType& type, const ComputeCost& cost, std::size_t batch) {
  const auto images = static_cast<double>(batch);
  const double arithmetic_s = images * cost.flops / type.flops_per_s;
  const double memory_s = (cost.weight_bytes + images * cost.activation_bytes) / type.memory_bytes_per_s;
  return cost.calls * type.overhead_s_per_call + std::max(arithmetic_s, memory_s);
}

double codec_time_s(const DeviceType& type, double profiled_s, double profiled_zstd_s_per_byte) {
  return profiled_s * type.zstd_s_per_byte / profiled_zstd_s_per_byte;
}

}  // namespace offramp
