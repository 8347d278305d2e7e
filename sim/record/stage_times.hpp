#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/record/request_record.hpp"

namespace offramp {

/// The parts of a request's latency, in the order in which it passes them; they leave no rest.
enum class Stage : std::uint8_t {
  device_queue,
  device_compute,
  device_encode,
  transfer_up,       ///< to the next tier, with the wait for the connection
  gateway,           ///< of one that computes: decoding, queue, compute and encoding
  gateway_transfer,  ///< from there to the cloud
  cloud_decode,
  cloud_queue,
  cloud_compute,
  transfer_down,  ///< the answer
};
inline constexpr std::size_t kStages = 10;
std::string_view stage_name(Stage stage);

/// How long the requests of one exit spent in each stage, in sum.
class StageTimes {
 public:
  /// @param request  completed; one that fell back was answered beside its way, and has no such parts
  void add(const RequestRecord& request);

  std::uint64_t requests() const { return requests_; }
  double total_s(Stage stage) const { return total_s_[static_cast<std::size_t>(stage)]; }

 private:
  std::uint64_t requests_ = 0;
  std::array<double, kStages> total_s_{};
};

}  // namespace offramp
