#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/platform/network_platform.hpp"
#include "sim/platform/service_spread.hpp"
#include "sim/record/recorder.hpp"
#include "sim/simulation/server_station.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// Every server above the devices: the cloud's, and each gateway's where gateways compute.
class ServerStations {
 public:
  /// What is given must outlive this object.
  ServerStations(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                 const NetworkPlatform& platform, std::uint64_t replication, EventQueue& events,
                 RequestPool& requests, Recorder& recorder, ServiceListener& listener);

  /// A request waits at the tier where it is. @return false when the queue there is full; it is not taken
  /// then
  bool enqueue(std::uint32_t request);

  /// At the horizon: gives the meters the time that batches under way have taken.
  void account_unfinished(double horizon_s);

 private:
  std::unique_ptr<ServerStation> make_station(const Scenario& scenario, const CloudSpec& spec,
                                              EventQueue& events, BusyMeter& meter, ServiceListener& listener,
                                              ServiceSpread spread);
  double batch_time_s(const std::vector<std::uint32_t>& requests);

  const std::vector<RoutePlan>& routes_;
  const NetworkPlatform& platform_;
  RequestPool& requests_;
  std::vector<std::unique_ptr<ServerStation>> gateways_;  ///< one a gateway; empty when none computes
  std::unique_ptr<ServerStation> cloud_;
  std::vector<std::uint32_t> batch_images_;
};

}  // namespace offramp
