#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

#include "sim/testbed/emulated_link.hpp"
#include "sim/testbed/file_descriptor.hpp"
#include "sim/testbed/tun_device.hpp"

namespace offramp {

/// Seconds of CLOCK_MONOTONIC, which all processes and namespaces of a machine share.
double monotonic_s();

/// Carries packets between two TUN devices, each direction through its EmulatedLink, in a thread of its own
/// which runs before all others of the machine (SCHED_FIFO).
class Relay {
 public:
  struct Link {
    TunDevice& near;
    TunDevice& far;
    LinkShape up;    ///< near -> far
    LinkShape down;  ///< far -> near
  };

  Relay(const Link& link, std::uint64_t seed);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// The most that a packet was handed on after its due time, since the last call of this.
  double take_worst_lateness_s() { return worst_lateness_s_.exchange(0); }

  struct Counts {
    EmulatedLink::Counts up, down;
  };
  Counts counts() const;

 private:
  void run();
  void carry(TunDevice& from, EmulatedLink& queue);
  void hand_on(EmulatedLink& queue, TunDevice& to);
  void wait();

  TunDevice& near_;
  TunDevice& far_;
  EmulatedLink up_;
  EmulatedLink down_;
  FileDescriptor stop_;
  std::atomic<double> worst_lateness_s_ = 0;
  mutable std::mutex mutex_;  ///< of the queues: counts() is called from outside
  std::thread thread_;
};

}  // namespace offramp
