#include "sim/simulation/event_queue.hpp"

#include <simgrid/engine.h>

#include <simgrid/kernel/Timer.hpp>

#include <algorithm>

namespace offramp {
using simgrid::kernel::timer::Timer;
namespace {

constexpr std::size_t kChildren = 4;

}  // namespace

void EventQueue::schedule(double at_s, EventHandler& handler, std::uint32_t kind, std::uint32_t subject) {
  if (handler.number.value_ == EventHandler::Number::kNone) {
    handler.number.value_ = static_cast<std::uint32_t>(handlers_.size());
    handlers_.push_back(&handler);
  }
  const Event event{at_s, scheduled_++ << kHandlerBits | handler.number.value_, kind, subject};
  if (top_vacant_) {
    top_vacant_ = false;
    sink_from_top(event);
  } else {
    push(event);
  }
  if (!running_) arm();
}

double EventQueue::now_s() const { return running_ ? event_s_ : simgrid_get_clock(); }

void EventQueue::push(const Event& event) {
  heap_.push_back(event);
  std::size_t place = heap_.size() - 1;
  while (place > 0 && event.before(heap_[(place - 1) / kChildren])) {
    heap_[place] = heap_[(place - 1) / kChildren];
    place = (place - 1) / kChildren;
  }
  heap_[place] = event;
}

void EventQueue::sink_from_top(const Event& event) {
  std::size_t place = 0;
  for (;;) {
    const std::size_t first = kChildren * place + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child)
      if (heap_[child].before(heap_[least])) least = child;
    if (!heap_[least].before(event)) break;
    heap_[place] = heap_[least];
    place = least;
  }
  heap_[place] = event;
}

void EventQueue::pop() {
  const Event last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sink_from_top(last);
}

/// The next event is one of the top's children, unless the one under way schedules an earlier one.
void EventQueue::prefetch_next() const {
  const std::size_t end = std::min(1 + kChildren, heap_.size());
  for (std::size_t child = 1; child < end; ++child)
    handler_of(heap_[child]).prefetch(heap_[child].kind, heap_[child].subject);
}

void EventQueue::arm() {
  if (heap_.empty()) return;
  const Event& head = heap_.front();
  const double head_s = std::max(head.at_s, simgrid_get_clock());
  if (timer_ != nullptr) {
    if (armed_for_s_ <= head_s) return;
    timer_->remove();
  }
  armed_for_s_ = head_s;
  timer_ = Timer::set(head_s, [this] { run_due(); });
  handler_of(head).prefetch(head.kind, head.subject);  // it comes while the kernel does its round
}

void EventQueue::run_due() {
  timer_ = nullptr;
  running_ = true;
  while (!heap_.empty()) {
    const Event event = heap_.front();
    if (event.at_s > armed_for_s_ && event.at_s >= without_kernel_until_s_) break;
    event_s_ = event.at_s;
    if (without_kernel_until_s_ > event.at_s) prefetch_next();
    top_vacant_ = true;
    handlers_[event.order_and_handler & kHandlerMask]->on_event(event.kind, event.subject);
    if (!top_vacant_) continue;
    top_vacant_ = false;
    pop();
  }
  running_ = false;
  arm();
}

}  // namespace offramp
