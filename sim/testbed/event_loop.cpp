#include "sim/testbed/event_loop.hpp"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "sim/testbed/monotonic.hpp"

namespace offramp {

bool run_thread_first(int priority) {
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);  // nanoseconds; real-time threads have none anyway
  const sched_param wanted{.sched_priority = priority};
  return ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &wanted) == 0;
}

EventLoop::EventLoop() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void EventLoop::watch(int descriptor, short events, std::function<void(short)> told) {
  watched_[descriptor] = {events, std::make_shared<std::function<void(short)>>(std::move(told))};
}

void EventLoop::want(int descriptor, short events) { watched_.at(descriptor).events = events; }

void EventLoop::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  ::eventfd_write(wake_.get(), 1);
}

void EventLoop::run() {
  stopped_ = false;
  while (!stopped_) {
    run_posted();
    run_due();
    if (!stopped_) wait();
  }
}

void EventLoop::run_posted() {
  std::vector<Work> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (const Work& work : posted) work();
}

void EventLoop::run_due() {
  while (!stopped_ && !timers_.empty() && timers_.begin()->first <= monotonic_s()) {
    const Work work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    work();
  }
}

void EventLoop::wait() {
  std::vector<pollfd> asked{{wake_.get(), POLLIN, 0}};
  for (const auto& [descriptor, watch] : watched_) asked.push_back({descriptor, watch.events, 0});
  timespec timeout{};
  if (!timers_.empty()) {
    const double wait_s = std::max(0.0, timers_.begin()->first - monotonic_s());
    const double whole = std::floor(wait_s);
    timeout = {static_cast<time_t>(whole), static_cast<long>((wait_s - whole) * 1e9)};
  }
  if (::ppoll(asked.data(), asked.size(), timers_.empty() ? nullptr : &timeout, nullptr) <= 0) return;
  eventfd_t ignored = 0;
  if (asked.front().revents != 0) ::eventfd_read(wake_.get(), &ignored);
  for (std::size_t i = 1; i < asked.size(); ++i) {
    if (asked[i].revents == 0) continue;
    const auto at = watched_.find(asked[i].fd);  // one before it may have made the loop forget it
    if (at == watched_.end()) continue;
    const auto told = at->second.told;  // kept while it runs, which may forget itself
    (*told)(asked[i].revents);
  }
}

}  // namespace offramp
