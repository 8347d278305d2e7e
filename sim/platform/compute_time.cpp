#include "sim/platform/compute_time.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

double measured_time_s(const DeviceType& type, const std::string& model, std::size_t exit, bool asked) {
  const SegmentTimes& times = type.segments_s.at(model);
  if (exit >= times.backbone_s.size())
    throw UserError(
        Place{type.file.string()},
        fmt::format("segments_s.{}: {} values; the model has more exits", model, times.backbone_s.size()));
  const bool head_apart = asked && !times.heads_s.empty();
  return times.backbone_s[exit] + (head_apart ? times.heads_s[exit] : 0);
}

}  // namespace

double compute_time_s(const DeviceType& type, const ComputeCost& cost, std::size_t batch) {
  const auto images = static_cast<double>(batch);
  const double arithmetic_s = images * cost.flops / type.flops_per_s;
  const double memory_s = (cost.weight_bytes + images * cost.activation_bytes) / type.memory_bytes_per_s;
  return cost.calls * type.overhead_s_per_call + arithmetic_s + memory_s;
}

double exit_time_s(const DeviceType& type, const ExitProfile& profile, std::size_t exit, bool asked,
                   bool starts_run, std::size_t batch) {
  if (type.segments_s.contains(profile.model))
    return static_cast<double>(batch) * measured_time_s(type, profile.model, exit, asked);
  if (!type.has_figures)
    throw UserError(
        Place{type.file.string()},
        fmt::format("segments_s has no times of {}, and there is no \"compute\" to compute them from",
                    profile.model));
  const ExitCost& cost = profile.exits[exit];
  double seconds = starts_run ? type.overhead_s_per_run : 0;
  seconds += compute_time_s(type, cost.backbone, batch);
  if (asked) seconds += compute_time_s(type, cost.head, batch);
  return seconds;
}

double codec_time_s(const DeviceType& type, double profiled_s, double profiled_zstd_s_per_byte) {
  return profiled_s * type.zstd_s_per_byte / profiled_zstd_s_per_byte;
}

}  // namespace offramp
