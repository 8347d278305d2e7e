#include "sim/testbed/relay.hpp"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <utility>

namespace offramp {
namespace {

constexpr int kPriority = 50;
constexpr int kPacketsAtOnce = 64;  // read from one side before looking at what is due

timespec to_timespec(double duration_s) {
  const double whole = std::floor(duration_s);
  return {static_cast<time_t>(whole), static_cast<long>((duration_s - whole) * 1e9)};
}

}  // namespace

Relay::Relay(const Link& link, std::uint64_t seed)
    : Relay(link.near, link.far, std::make_unique<EmulatedLink>(link.up, seed),
            std::make_unique<EmulatedLink>(link.down, seed + 1)) {}

Relay::Relay(TunDevice& near, TunDevice& far, std::unique_ptr<PacketWay> up, std::unique_ptr<PacketWay> down)
    : near_(near),
      far_(far),
      up_(std::move(up)),
      down_(std::move(down)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {
  const sched_param priority{.sched_priority = kPriority};
  runs_first_ = pthread_setschedparam(thread_.native_handle(), SCHED_FIFO, &priority) == 0;
  pthread_setname_np(thread_.native_handle(), "relay");
}

Relay::~Relay() { stop(); }

void Relay::stop() {
  if (!thread_.joinable()) return;
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

Relay::Counts Relay::counts() const {
  const std::lock_guard lock(mutex_);
  return {up_->counts(), down_->counts()};
}

void Relay::run() {
  pollfd stopped{stop_.get(), POLLIN, 0};
  while (poll(&stopped, 1, 0) == 0) {
    {
      const std::lock_guard lock(mutex_);
      hand_on(*up_, far_);
      hand_on(*down_, near_);
      carry(near_, *up_);
      carry(far_, *down_);
    }
    wait();
  }
}

void Relay::carry(TunDevice& from, PacketWay& way) {
  std::array<std::uint8_t, 2048> buffer;
  for (int i = 0; i < kPacketsAtOnce; ++i) {
    const std::size_t bytes = from.read(buffer);
    if (bytes == 0) return;
    way.push(monotonic_s(), PacketWay::Packet(buffer.begin(), buffer.begin() + bytes));
  }
}

void Relay::hand_on(PacketWay& way, TunDevice& to) {
  for (auto due_s = way.next_due_s(); due_s; due_s = way.next_due_s()) {
    const double now_s = monotonic_s();
    const double late_s = now_s - *due_s;
    if (late_s < 0) return;
    if (late_s > worst_lateness_s_.load(std::memory_order_relaxed)) worst_lateness_s_ = late_s;
    if (const auto packet = way.take(now_s)) to.write(*packet);
  }
}

void Relay::wait() {
  double until_s = INFINITY;
  for (const PacketWay* way : {up_.get(), down_.get()})
    until_s = std::min(until_s, way->next_due_s().value_or(INFINITY));
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
