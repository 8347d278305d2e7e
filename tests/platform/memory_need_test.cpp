#include "sim/platform/memory_need.hpp"

#include "tests/catch.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;

// SmallProfile: weights of 400 and 16 B (exit 0: segment, head), 700 and 32 B (exit 1). Pictures of 1x4x4 (64
// B as f32), features of 2x2x2 (32 B).

TEST_CASE("a network's need of memory is all its weights and the largest of its features") {
  const SmallProfile numbers;
  ExitProfile profile = numbers.profile();
  profile.exits[0].backbone.peak_activation_bytes = 150;
  profile.exits[0].head.peak_activation_bytes = 40;
  profile.exits[1].backbone.peak_activation_bytes = 90;
  profile.exits[1].head.peak_activation_bytes = 35;
  const DeviceType type;
  const MemoryNeed whole = memory_need(profile, 0, 1, type, 1);
  CHECK(whole.weight_bytes == 400 + 16 + 700 + 32);
  CHECK(whole.activation_bytes == 150);
  CHECK(whole.activations_known);
  const MemoryNeed behind = memory_need(profile, 1, 1, type, 8);  // weights once, features of eight images
  CHECK(behind.weight_bytes == 732);
  CHECK(behind.activation_bytes == 8 * 90);
}

TEST_CASE("a device that keeps half of the bits needs half of the memory") {
  const SmallProfile numbers;
  DeviceType type;
  type.bytes_per_value = 2;
  const MemoryNeed need = memory_need(numbers.profile(), 0, 0, type, 1);
  CHECK(need.weight_bytes == 208);
  CHECK(need.activation_bytes == 32);
}

TEST_CASE("a profile without counted features knows those that segments read, and says that it is a bound") {
  const SmallProfile numbers;
  const DeviceType type;
  const MemoryNeed need = memory_need(numbers.profile(), 1, 1, type, 1);
  CHECK_FALSE(need.activations_known);
  CHECK(need.activation_bytes == 32);
}
