#include "sim/simulation/frame_source.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>
#include <cmath>

#include "sim/core/random_stream.hpp"

namespace offramp {

bool FrameSource::needed_by(const Scenario& scenario) {
  return std::ranges::any_of(scenario.devices,
                             [](const DeviceGroup& group) { return group.people.has_value(); });
}

FrameSource::FrameSource(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                         const std::vector<std::uint32_t>& device_groups, std::uint64_t replication)
    : routes_(routes), next_(device_groups.size(), 0), by_count_(routes.size()), groups_(device_groups) {
  for (const DeviceGroup& group : scenario.devices) {
    serves_.push_back(group.people ? 1 : 0);
    const bool counted = group.people && group.people->moments;
    processes_.push_back(counted ? std::make_unique<PeopleProcess>(*group.people->moments) : nullptr);
  }
  const std::vector<RouteOwner> owners = route_owners(scenario);
  for (std::size_t route = 0; route < routes.size(); ++route)
    if (processes_[owners[route].group]) by_count_[route].emplace(routes[route].frames.answered);
  for (std::uint32_t device = 0; device < device_groups.size(); ++device) {
    const std::uint32_t group = device_groups[device];
    if (processes_[group]) {
      next_[device] = static_cast<std::uint32_t>(counted_.size());
      counted_.push_back(
          {PeopleInView(*processes_[group], random_stream(scenario.seed, replication, device, "people"),
                        random_stream(scenario.seed, replication, group, "people of the group")),
           random_stream(scenario.seed, replication, device, "frame with so many people")});
      continue;
    }
    if (!serves(group)) continue;
    RandomEngine random = random_stream(scenario.seed, replication, device, "first frame");
    const auto last = static_cast<std::uint32_t>(routes[device_groups[device]].images - 1);
    next_[device] = boost::random::uniform_int_distribution<std::uint32_t>(0, last)(random);
  }
}

FrameSource::Shown FrameSource::next_frame(std::uint32_t device, std::uint32_t route, double now_s) {
  if (processes_[groups_[device]]) {
    CountedCamera& camera = counted_[next_[device]];
    const double people = camera.people.at(now_s);
    const std::uint32_t frame = by_count_[route]->frame_for_count(people, camera.frames);
    return {frame, static_cast<double>(routes_[route].frames.answered[frame].people) - people};
  }
  const std::uint32_t frame = next_[device] % static_cast<std::uint32_t>(routes_[route].images);
  next_[device] = frame + 1;
  return {frame};
}

}  // namespace offramp
