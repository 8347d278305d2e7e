#include "sim/record/stage_times.hpp"

namespace offramp {

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, kStages> kNames{
      "device_queue",     "device_compute", "device_encode", "transfer_up",   "gateway",
      "gateway_transfer", "cloud_decode",   "cloud_queue",   "cloud_compute", "transfer_down"};
  return kNames[static_cast<std::size_t>(stage)];
}

void StageTimes::add(const RequestRecord& request) {
  ++requests_;
  const auto spent = [this](Stage stage, double from_s, double to_s) {
    total_s_[static_cast<std::size_t>(stage)] += to_s - from_s;
  };
  const TierStamps& device = request.tiers[0];
  spent(Stage::device_queue, request.arrival_s, device.started_s);
  if (request.answered_by == 0) {
    spent(Stage::device_compute, device.started_s, request.answered_s);
    return;
  }
  spent(Stage::device_compute, device.started_s, device.computed_s);
  spent(Stage::device_encode, device.computed_s, device.encoded_s);
  const TierStamps& next = request.tiers[1];
  spent(Stage::transfer_up, device.encoded_s, next.received_s);
  const auto last = static_cast<std::size_t>(request.answered_by);
  const bool in_cloud = last == request.cloud_tier();
  if (request.through_gateway) {
    spent(Stage::gateway, next.received_s, in_cloud ? next.encoded_s : next.computed_s);
    if (in_cloud) spent(Stage::gateway_transfer, next.encoded_s, request.tiers[last].received_s);
  }
  const TierStamps& cloud = request.tiers[last];
  if (in_cloud) {
    spent(Stage::cloud_decode, cloud.received_s, cloud.decoded_s);
    spent(Stage::cloud_queue, cloud.decoded_s, cloud.started_s);
    spent(Stage::cloud_compute, cloud.started_s, cloud.computed_s);
  }
  spent(Stage::transfer_down, cloud.computed_s, request.answered_s);
}

}  // namespace offramp
