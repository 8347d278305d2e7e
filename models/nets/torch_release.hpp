#pragma once

#include <ATen/autocast_mode.h>
#include <torch/version.h>

/// The one place that knows how LibTorch's releases differ: 2.6 (Debian 13) has new names for what 1.13
/// (Debian 12) can do.
namespace offramp::torch_release {

#if TORCH_VERSION_MAJOR >= 2

inline void start_bf16_autocast() {
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  at::autocast::set_autocast_enabled(at::kCPU, true);
}
inline void stop_autocast() { at::autocast::set_autocast_enabled(at::kCPU, false); }

#else

inline void start_bf16_autocast() {
  at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  at::autocast::set_cpu_enabled(true);
}
inline void stop_autocast() { at::autocast::set_cpu_enabled(false); }

#endif

}  // namespace offramp::torch_release
