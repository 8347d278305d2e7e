#pragma once

#include <boost/heap/d_ary_heap.hpp>

#include <cstdint>

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

  /// The simulated time: of the event under way, or of the kernel.
  double now_s() const;

 private:
  struct Event {
    double at_s;
    std::uint64_t order;
    EventHandler* handler;
    std::uint32_t kind;
    std::uint32_t subject;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at_s != b.at_s ? a.at_s > b.at_s : a.order > b.order;
    }
  };

  void arm();
  void run_due();

  boost::heap::d_ary_heap<Event, boost::heap::arity<4>, boost::heap::compare<Later>> events_;
  std::uint64_t scheduled_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  double armed_for_s_ = 0;
  bool running_ = false;
  double event_s_ = 0;
};

}  // namespace offramp
