#pragma once

#include <cstdint>

#include "sim/simulation/slots.hpp"

namespace offramp {

/// What a sender will be told of a train that has left the bottleneck.
struct Acknowledgement {
  double at_s = 0;
  std::uint32_t bytes = 0;          ///< that came through, with their headers
  std::uint32_t reveals_bytes = 0;  ///< Train::reveals_bytes
  float waited_s = 0;               ///< Train::waited_s
  bool whole_message = false;       ///< Train::whole_message
  bool again = false;               ///< Train::again
  bool probe = false;               ///< Train::probe
  std::uint32_t next = UINT32_MAX;  ///< in the queue
};

/// Those of one lane that something waits for, in the order in which they come.
class AcknowledgementQueue {
 public:
  using Pool = Slots<Acknowledgement>;

  bool empty() const { return head_ == kNone; }
  const Acknowledgement& front(Pool& pool) const { return pool[head_]; }

  void push(Pool& pool, const Acknowledgement& one) {
    const std::uint32_t slot = pool.add(one);
    if (empty())
      head_ = slot;
    else
      pool[tail_].next = slot;
    tail_ = slot;
  }
  Acknowledgement pop(Pool& pool) {
    const Acknowledgement one = pool.take(head_);
    head_ = one.next;
    return one;
  }
  void clear(Pool& pool) {
    while (!empty()) pop(pool);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t head_ = kNone;
  std::uint32_t tail_ = kNone;
};

}  // namespace offramp
