#pragma once

#include <cstdint>
#include <vector>

namespace offramp {

/// Values named by small numbers that are used again.
template <class Value>
class Slots {
 public:
  std::uint32_t add(const Value& value) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(values_.size()));
      values_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    values_[slot] = value;
    return slot;
  }
  Value take(std::uint32_t slot) {
    free_.push_back(slot);
    return values_[slot];
  }

  Value& operator[](std::uint32_t slot) { return values_[slot]; }

 private:
  std::vector<Value> values_;
  std::vector<std::uint32_t> free_;
};

}  // namespace offramp
