#include "sim/simulation/event_queue.hpp"

#include <simgrid/engine.h>

#include <simgrid/kernel/Timer.hpp>

#include <algorithm>

namespace offramp {
using simgrid::kernel::timer::Timer;

void EventQueue::schedule(double at_s, EventHandler& handler, std::uint32_t kind, std::uint32_t subject) {
  events_.push(Event{at_s, scheduled_++, &handler, kind, subject});
  if (!running_) arm();
}

double EventQueue::now_s() const { return running_ ? event_s_ : simgrid_get_clock(); }

void EventQueue::arm() {
  if (events_.empty()) return;
  const double head_s = std::max(events_.top().at_s, simgrid_get_clock());
  if (timer_ != nullptr) {
    if (armed_for_s_ <= head_s) return;
    timer_->remove();
  }
  armed_for_s_ = head_s;
  timer_ = Timer::set(head_s, [this] { run_due(); });
}

void EventQueue::run_due() {
  timer_ = nullptr;
  running_ = true;
  while (!events_.empty() && events_.top().at_s <= armed_for_s_) {
    const Event event = events_.top();
    events_.pop();
    event_s_ = event.at_s;
    event.handler->on_event(event.kind, event.subject);
  }
  running_ = false;
  arm();
}

}  // namespace offramp
