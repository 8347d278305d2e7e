#include "sim/simulation/frame_source.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>

#include "sim/core/random_stream.hpp"

namespace offramp {

bool FrameSource::needed_by(const Scenario& scenario) {
  return std::ranges::any_of(scenario.devices,
                             [](const DeviceGroup& group) { return group.people.has_value(); });
}

FrameSource::FrameSource(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                         const std::vector<std::uint32_t>& device_groups, std::uint64_t replication)
    : next_(device_groups.size(), 0) {
  for (const DeviceGroup& group : scenario.devices) serves_.push_back(group.people ? 1 : 0);
  for (std::uint32_t device = 0; device < device_groups.size(); ++device) {
    if (!serves(device_groups[device])) continue;
    RandomEngine random = random_stream(scenario.seed, replication, device, "first frame");
    const auto last = static_cast<std::uint32_t>(routes[device_groups[device]].images - 1);
    next_[device] = boost::random::uniform_int_distribution<std::uint32_t>(0, last)(random);
  }
}

std::uint32_t FrameSource::next_frame(std::uint32_t device, std::uint32_t frames) {
  const std::uint32_t frame = next_[device] % frames;
  next_[device] = frame + 1;
  return frame;
}

}  // namespace offramp
