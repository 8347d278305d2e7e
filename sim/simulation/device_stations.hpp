#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace offramp {

/// The devices' processors: each works on one frame at a time, first come, first served, so the end
/// of a frame's work is known when it arrives (Lindley's recursion) and costs no event. A device holds
/// a frame until it is answered there or its last byte has left; when it holds `limit`, it is full.
class DeviceStations {
 public:
  struct Work {
    double started_s = 0;
    double finished_s = 0;
  };

  /// @param limits  for each device, how many frames it holds
  explicit DeviceStations(const std::vector<std::size_t>& limits);

  bool full(std::uint32_t device, double now_s);
  /// How many frames it holds.
  std::size_t held(std::uint32_t device, double now_s);
  /// How long until its processor has done all that it has taken.
  double backlog_s(std::uint32_t device, double now_s) const;
  /// The device will be asked about soon.
  void prefetch(std::uint32_t device) const { __builtin_prefetch(&stations_[device], 1); }
  /// Takes a frame in; not when full.
  Work take(std::uint32_t device, double now_s, double service_s);
  /// Work for a frame that the device no longer holds; it takes its turn like any other.
  Work take_aside(std::uint32_t device, double now_s, double service_s);
  /// A frame whose work is done waits to be sent ...
  void keep_for_sending(std::uint32_t device) { ++stations_[device].to_send; }
  /// ... and has left.
  void sent(std::uint32_t device) { --stations_[device].to_send; }

  /// The device forgets every frame that it holds.
  void reset(std::uint32_t device, double now_s);

 private:
  struct Station {
    double free_at_s = 0;
    double last_finish_s = 0;  ///< of the frames that it holds
    std::size_t first = 0;     ///< of its ring in finish_times_s_
    std::uint32_t limit = 0;
    std::uint32_t oldest = 0;  ///< ring: frames whose work is not done, by time of its end
    std::uint32_t working = 0;
    std::uint32_t to_send = 0;
  };

  std::vector<Station> stations_;
  std::vector<double> finish_times_s_;
};

}  // namespace offramp
