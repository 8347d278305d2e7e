#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <atomic>

#include "tests/fuzz/memory_meter.hpp"

namespace offramp::fuzz {
namespace {

std::atomic<std::ptrdiff_t> held{0};
std::atomic<std::ptrdiff_t> most{0};
std::ptrdiff_t at_start = 0;

void on_malloc(const volatile void*, std::size_t size) {
  const auto now = held.fetch_add(static_cast<std::ptrdiff_t>(size), std::memory_order_relaxed) +
                   static_cast<std::ptrdiff_t>(size);
  if (now > most.load(std::memory_order_relaxed)) most.store(now, std::memory_order_relaxed);
}

void on_free(const volatile void* block) {
  if (block != nullptr)
    held.fetch_sub(static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(block)),
                   std::memory_order_relaxed);
}

const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);

}  // namespace

void MemoryMeter::start() {
  (void)installed;
  at_start = held.load();
  most.store(at_start);
}

std::size_t MemoryMeter::peak_bytes() {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, most.load() - at_start));
}

}  // namespace offramp::fuzz
