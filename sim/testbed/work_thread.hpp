#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace offramp {

/// A thread that does pieces of work one after another, in the order in which they were given.
class WorkThread {
 public:
  /// @param begin  runs first, in the thread
  explicit WorkThread(std::function<void()> begin);
  ~WorkThread();  ///< after the piece under way; the others are dropped
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  void give(std::function<void()> work);

 private:
  void run(const std::function<void()>& begin);

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace offramp
