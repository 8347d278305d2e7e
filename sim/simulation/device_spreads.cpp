#include "sim/simulation/device_spreads.hpp"

#include <algorithm>

namespace offramp {

DeviceSpreads::DeviceSpreads(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                             std::uint64_t replication) {
  const auto spread = [](const DeviceGroup& group) { return group.type.service_spread > 0; };
  if (std::none_of(scenario.devices.begin(), scenario.devices.end(), spread)) return;
  for (std::uint32_t device = 0; device < device_groups.size(); ++device)
    spreads_.emplace_back(scenario.devices[device_groups[device]].type.service_spread,
                          random_stream(scenario.seed, replication, device, "device service times"));
}

}  // namespace offramp
