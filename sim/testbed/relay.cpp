#include "sim/testbed/relay.hpp"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

namespace offramp {
namespace {

constexpr int kPriority = 50;
constexpr int kPacketsAtOnce = 64;  // read from one side before looking at what is due

timespec to_timespec(double duration_s) {
  const double whole = std::floor(duration_s);
  return {static_cast<time_t>(whole), static_cast<long>((duration_s - whole) * 1e9)};
}

}  // namespace

double monotonic_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Relay::Relay(const Link& link, std::uint64_t seed)
    : near_(link.near),
      far_(link.far),
      up_(link.up, seed),
      down_(link.down, seed + 1),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {
  const sched_param priority{.sched_priority = kPriority};
  pthread_setschedparam(thread_.native_handle(), SCHED_FIFO, &priority);
  pthread_setname_np(thread_.native_handle(), "relay");
}

Relay::~Relay() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

Relay::Counts Relay::counts() const {
  const std::lock_guard lock(mutex_);
  return {up_.counts(), down_.counts()};
}

void Relay::run() {
  pollfd stopped{stop_.get(), POLLIN, 0};
  while (poll(&stopped, 1, 0) == 0) {
    {
      const std::lock_guard lock(mutex_);
      hand_on(up_, far_);
      hand_on(down_, near_);
      carry(near_, up_);
      carry(far_, down_);
    }
    wait();
  }
}

void Relay::carry(TunDevice& from, EmulatedLink& queue) {
  std::array<std::uint8_t, 2048> buffer;
  for (int i = 0; i < kPacketsAtOnce; ++i) {
    const std::size_t bytes = from.read(buffer);
    if (bytes == 0) return;
    queue.push(monotonic_s(), EmulatedLink::Packet(buffer.begin(), buffer.begin() + bytes));
  }
}

void Relay::hand_on(EmulatedLink& queue, TunDevice& to) {
  for (auto due_s = queue.next_due_s(); due_s; due_s = queue.next_due_s()) {
    const double late_s = monotonic_s() - *due_s;
    if (late_s < 0) return;
    if (late_s > worst_lateness_s_.load(std::memory_order_relaxed)) worst_lateness_s_ = late_s;
    to.write(queue.pop());
  }
}

void Relay::wait() {
  double until_s = INFINITY;
  for (const EmulatedLink* queue : {&up_, &down_})
    until_s = std::min(until_s, queue->next_due_s().value_or(INFINITY));
  pollfd events[] = {
      {near_.descriptor(), POLLIN, 0}, {far_.descriptor(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  if (std::isinf(until_s)) {
    ppoll(events, 3, nullptr, nullptr);
    return;
  }
  const timespec timeout = to_timespec(std::max(0.0, until_s - monotonic_s()));
  ppoll(events, 3, &timeout, nullptr);
}

}  // namespace offramp
