#include "models/training/autocast.hpp"

#include "models/nets/torch_release.hpp"

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
  torch_release::start_bf16_autocast();
}

Autocast::~Autocast() {
  if (!enabled_) return;
  torch_release::stop_autocast();
  at::autocast::clear_cache();  // it holds bf16 copies of weights that the step is about to change
}

}  // namespace offramp
