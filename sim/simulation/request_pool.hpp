#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/record/request_record.hpp"

namespace offramp {

/// A request that is on its way beyond its device.
struct LiveRequest {
  RequestRecord record;
  std::uint32_t next = 0;              ///< the one behind it in the queue that it waits in
  std::uint32_t to_deliver_bytes = 0;  ///< of the message under way, with headers
  float sending_s = 0;   ///< of a device that adapts: from its message being ready until it had left
  std::size_t tier = 0;  ///< where it is, or on its way up: is going
  /// That carry it and its answer, from each tier to the next.
  std::array<std::uint32_t, kMaxTiers - 1> connections{};
  std::uint8_t holders = 1;  ///< who still needs it: its way, and its device's timeout
};

/// Requests under way, named by small numbers that are used again.
class RequestPool {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t add(const RequestRecord& record) {
    if (free_.empty()) {
      requests_.emplace_back();
      free_.push_back(static_cast<std::uint32_t>(requests_.size() - 1));
      alive_.push_back(0);
    }
    const std::uint32_t id = free_.back();
    free_.pop_back();
    alive_[id] = 1;
    requests_[id] = LiveRequest{record, kNone};
    return id;
  }

  void remove(std::uint32_t id) {
    alive_[id] = 0;
    free_.push_back(id);
  }

  LiveRequest& operator[](std::uint32_t id) { return requests_[id]; }

  /// Calls visit(record) for every request under way, in order of their numbers.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t id = 0; id < requests_.size(); ++id)
      if (alive_[id]) visit(requests_[id].record);
  }

 private:
  std::deque<LiveRequest> requests_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint8_t> alive_;
};

/// First in, first out, through LiveRequest::next: a queue a device costs eight bytes.
class RequestQueue {
 public:
  bool empty() const { return head_ == RequestPool::kNone; }
  std::uint32_t front() const { return head_; }

  void push(RequestPool& pool, std::uint32_t id) {
    pool[id].next = RequestPool::kNone;
    if (empty())
      head_ = id;
    else
      pool[tail_].next = id;
    tail_ = id;
  }

  std::uint32_t pop(RequestPool& pool) {
    const std::uint32_t id = head_;
    head_ = pool[id].next;
    return id;
  }

 private:
  std::uint32_t head_ = RequestPool::kNone;
  std::uint32_t tail_ = RequestPool::kNone;
};

}  // namespace offramp
