#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "sim/testbed/emulated_link.hpp"
#include "sim/testbed/file_descriptor.hpp"
#include "sim/testbed/monotonic.hpp"
#include "sim/testbed/tun_device.hpp"

namespace offramp {

/// Carries packets between two TUN devices, each direction through its PacketWay, in a thread of its own
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
  /// @param up  near -> far
  Relay(TunDevice& near, TunDevice& far, std::unique_ptr<PacketWay> up, std::unique_ptr<PacketWay> down);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Ends the thread; what is under way is lost.
  void stop();

  /// The most that a packet was handed on after its due time, since the last call of this.
  double take_worst_lateness_s() { return worst_lateness_s_.exchange(0); }

  struct Counts {
    PacketWay::Counts up, down;
  };
  Counts counts() const;

  /// Whether its thread does run before all others, which takes a right of its own.
  bool runs_first() const { return runs_first_; }

 private:
  void run();
  void carry(TunDevice& from, PacketWay& way);
  void hand_on(PacketWay& way, TunDevice& to);
  void wait();

  TunDevice& near_;
  TunDevice& far_;
  std::unique_ptr<PacketWay> up_;
  std::unique_ptr<PacketWay> down_;
  FileDescriptor stop_;
  std::atomic<double> worst_lateness_s_ = 0;
  mutable std::mutex mutex_;  ///< of the ways: counts() is called from outside
  bool runs_first_ = false;
  std::thread thread_;
};

}  // namespace offramp
