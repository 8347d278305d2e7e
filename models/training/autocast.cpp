#include "models/training/autocast.hpp"

#include <ATen/autocast_mode.h>

namespace offramp {

bool processor_has_bf16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

Autocast::Autocast(bool wanted) : enabled_(wanted && processor_has_bf16()) {
  if (!enabled_) return;
  at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  at::autocast::set_cpu_enabled(true);
}

Autocast::~Autocast() {
  if (!enabled_) return;
  at::autocast::set_cpu_enabled(false);
  at::autocast::clear_cache();  // it holds bf16 copies of weights that the step is about to change
}

}  // namespace offramp
