#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "sim/testbed/file_descriptor.hpp"

namespace offramp {

/// Runs this thread before the machine's others (SCHED_FIFO) and lets its timers fire when they are due.
/// @return false without the right to; then only the timers are
bool run_thread_first(int priority);

/// Sockets and timers of one thread. Times are of CLOCK_MONOTONIC.
class EventLoop {
 public:
  using Work = std::function<void()>;

  EventLoop();

  /// Runs `work` at a time, or at once where that has passed; in order of time, then of these calls.
  void at(double at_s, Work work) { timers_.emplace(at_s, std::move(work)); }
  /// Tells of what poll() finds about a descriptor, until it is forgotten.
  void watch(int descriptor, short events, std::function<void(short)> told);
  void want(int descriptor, short events);
  void forget(int descriptor) { watched_.erase(descriptor); }
  /// Runs `work` in the loop's thread; from any thread.
  void post(Work work);

  void run();  ///< until stop()
  void stop() { stopped_ = true; }

 private:
  struct Watch {
    short events = 0;
    std::shared_ptr<std::function<void(short)>> told;
  };
  void run_due();
  void run_posted();
  void wait();

  bool stopped_ = false;
  std::multimap<double, Work> timers_;
  std::map<int, Watch> watched_;
  FileDescriptor wake_;
  std::mutex mutex_;  ///< of posted_
  std::vector<Work> posted_;
};

}  // namespace offramp
