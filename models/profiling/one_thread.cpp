#include "models/profiling/one_thread.hpp"

#include <dlfcn.h>
#include <time.h>
#include <torch/torch.h>

namespace offramp {
namespace {

/// Does nothing where LibTorch has another library for matrix products.
void set_openblas_threads(int threads) {
  using Setter = void (*)(int);
  if (const auto set = reinterpret_cast<Setter>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
    set(threads);
}

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

OneThread::OneThread() : torch_before_(torch::get_num_threads()) {
  torch::set_num_threads(1);
  set_openblas_threads(1);
}

OneThread::~OneThread() {
  torch::set_num_threads(torch_before_);
  set_openblas_threads(torch_before_);
}

double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

double process_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace offramp
