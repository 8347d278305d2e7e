#pragma once

#include <cstddef>
#include <cstdint>

namespace offramp::benchmark {

/// The work of the benchmark: a fleet of cameras behind gateways, each with an uplink of its own at 60 %.
/// Four requests in ten are offloaded: device, upload over access link and shared uplink, cloud, reply.
struct Fleet {
  std::size_t devices = 100;
  std::size_t devices_per_gateway = 100;
  double rate_per_s = 2;  ///< of a device, Poisson
  double offloaded = 0.4;
  double uplink_load = 0.6;
  double cloud_load = 0.5;
  double device_s = 0.02;
  double cloud_s = 0.005;
  std::uint32_t payload_bytes = 4096;
  std::uint32_t answer_bytes = 200;
  double access_bytes_per_s = 2.5e6;
  double access_latency_s = 0.005;
  double uplink_latency_s = 0.01;
  double requests = 400'000;  ///< about so many in a run

  std::size_t gateways() const;
  std::uint64_t upload_wire_bytes() const;
  std::uint64_t answer_wire_bytes() const;
  double uplink_bytes_per_s() const;
  std::size_t servers() const;
  double duration_s() const;
  /// An access link no slower than the uplink never limits the one transfer that it carries.
  bool access_limits() const { return access_bytes_per_s < uplink_bytes_per_s(); }
};

/// What a run took; of the event loop alone, from the kernel's start to its end.
struct LoopCost {
  double requests = 0;
  double offloaded = 0;
  double loop_s = 0;          ///< processor time: other programs on the machine do not count
  double peak_rss_bytes = 0;  ///< of the process

  double requests_per_s() const { return requests / loop_s; }
};

/// The floor: the transfers and timers of the fleet on SimGrid, and nothing else. Once a process.
LoopCost run_bare_loop(const Fleet& fleet);

/// The same work as a scenario of Offramp, records off. Once a process.
LoopCost run_offramp(const Fleet& fleet);

/// Measures the processor time between the start and the end of SimGrid's simulation. One a process.
class LoopClock {
 public:
  LoopClock();
  double loop_s() const { return loop_s_; }

 private:
  double started_s_ = 0;
  double loop_s_ = 0;
};

/// The most memory that this process has held.
double peak_rss_bytes();

}  // namespace offramp::benchmark
