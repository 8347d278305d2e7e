#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace simgrid::kernel::timer {
class Timer;
}

namespace offramp {

/// Whoever wants to be woken.
class EventHandler {
 public:
  /// @param kind     which of the handler's own events
  /// @param subject  what it is about: a request, a device, a server
  virtual void on_event(std::uint32_t kind, std::uint32_t subject) = 0;

  /// This event is likely the next: a good moment to ask for the memory that it will touch.
  virtual void prefetch(std::uint32_t kind, std::uint32_t subject) const {
    static_cast<void>(kind);
    static_cast<void>(subject);
  }

  /// What the queue calls it by; the queue's alone.
  class Number {
    friend class EventQueue;
    static constexpr std::uint32_t kNone = UINT32_MAX;
    std::uint32_t value_ = kNone;
  };
  Number number;

 protected:
  ~EventHandler() = default;
};

/// The simulation's own events, ordered by (time, order of scheduling), behind one timer of SimGrid's
/// kernel: kernel timers of equal date are not first-in first-out, and each is an allocation.
class EventQueue {
 public:
  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  /// @param at_s  not before now_s()
  void schedule(double at_s, EventHandler& handler, std::uint32_t kind, std::uint32_t subject);

  /// Nothing happens in the kernel before this time: events until then run without going back to it.
  void run_without_kernel_until(double at_s) { without_kernel_until_s_ = at_s; }

  /// The simulated time: of the event under way, or of the kernel.
  double now_s() const;

 private:
  /// Small, since with 100,000 devices as many wait: the order of scheduling has 44 bits, its handler 20.
  static constexpr int kHandlerBits = 20;
  static constexpr std::uint64_t kHandlerMask = (1U << kHandlerBits) - 1;
  struct Event {
    double at_s;
    std::uint64_t order_and_handler;
    std::uint32_t kind;
    std::uint32_t subject;

    bool before(const Event& other) const {
      return at_s != other.at_s ? at_s < other.at_s : order_and_handler < other.order_and_handler;
    }
  };

  // An implicit heap with four children a node. While an event is under way its place at the top is vacant,
  // and the first event that it schedules sinks from there: one way down instead of a pop and a push.
  void push(const Event& event);
  void sink_from_top(const Event& event);
  void pop();

  const EventHandler& handler_of(const Event& event) const {
    return *handlers_[event.order_and_handler & kHandlerMask];
  }

  void prefetch_next() const;
  void arm();
  void run_due();

  std::vector<Event> heap_;
  bool top_vacant_ = false;
  std::vector<EventHandler*> handlers_;
  std::uint64_t scheduled_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  double armed_for_s_ = 0;
  double without_kernel_until_s_ = 0;
  bool running_ = false;
  double event_s_ = 0;
};

}  // namespace offramp
