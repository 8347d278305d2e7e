#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "tests/fuzz/memory_meter.hpp"

// Stands in for the C library's allocation, as its manual allows ("Replacing malloc").
extern "C" {
void* __libc_malloc(std::size_t size);
void __libc_free(void* block);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<std::ptrdiff_t> held{0};
std::atomic<std::ptrdiff_t> most{0};

void* taken(void* block) {
  if (block == nullptr) return block;
  const auto size = static_cast<std::ptrdiff_t>(::malloc_usable_size(block));
  const std::ptrdiff_t now = held.fetch_add(size, std::memory_order_relaxed) + size;
  if (now > most.load(std::memory_order_relaxed)) most.store(now, std::memory_order_relaxed);
  return block;
}

void given_back(void* block) {
  if (block != nullptr)
    held.fetch_sub(static_cast<std::ptrdiff_t>(::malloc_usable_size(block)), std::memory_order_relaxed);
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) { return taken(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return taken(__libc_calloc(count, size)); }
void free(void* block) {
  given_back(block);
  __libc_free(block);
}
void* realloc(void* block, std::size_t size) {
  const auto before = block == nullptr ? 0 : static_cast<std::ptrdiff_t>(::malloc_usable_size(block));
  void* moved = __libc_realloc(block, size);
  if (moved != nullptr || size == 0) held.fetch_sub(before, std::memory_order_relaxed);
  return taken(moved);
}
void* memalign(std::size_t alignment, std::size_t size) { return taken(__libc_memalign(alignment, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return taken(__libc_memalign(alignment, size));
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = taken(__libc_memalign(alignment, size));
  return *block == nullptr ? ENOMEM : 0;
}
}

namespace offramp::fuzz {
namespace {
std::ptrdiff_t at_start = 0;
}

void MemoryMeter::start() {
  at_start = held.load();
  most.store(at_start);
}

std::size_t MemoryMeter::peak_bytes() {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, most.load() - at_start));
}

}  // namespace offramp::fuzz
