#include "sim/simulation/adaptation.hpp"

#include <algorithm>

#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

/// Means over the images that a setting sends.
SettingCost cost_of(const RoutePlan& route) {
  SettingCost cost;
  std::size_t sent = 0;
  const TierPlan& device = route.tiers[0];
  for (std::uint32_t image = 0; image < route.images; ++image) {
    if (device.exit_of(image) != TierPlan::kPassOn) continue;
    ++sent;
    cost.device_s += device.compute_s(image) + route.hops[0].encode_s;
    cost.message_bytes += static_cast<double>(message_bytes(route.hops[0].payload_bytes[image]));
  }
  if (sent == 0) return cost;
  cost.device_s /= static_cast<double>(sent);
  cost.message_bytes /= static_cast<double>(sent);
  return cost;
}

AdaptiveRule rule_of(const AdaptSpec& adapt, const Scenario& scenario) {
  return {adapt.rule, adapt.frames, adapt.times_s, scenario.deadline_s.value_or(0), adapt.margins};
}

}  // namespace

bool Adaptation::needed_by(const Scenario& scenario) {
  return std::ranges::any_of(scenario.devices, &DeviceGroup::adapts);
}

Adaptation::Adaptation(const Scenario& scenario, const std::vector<RoutePlan>& routes, std::size_t devices,
                       Recorder& recorder)
    : groups_(scenario.devices.size()), histories_(devices), recorder_(recorder), taken_(routes.size(), 0) {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!scenario.devices[g].adapts()) continue;
    const AdaptSpec& adapt = *scenario.devices[g].adapt;
    groups_[g].policy = make_adaptive_policy(rule_of(adapt, scenario));
    groups_[g].memory = {adapt.gain, adapt.memory_s};
  }
  const std::vector<RouteOwner> owners = route_owners(scenario);
  for (std::uint32_t route = 0; route < owners.size(); ++route) {
    Group& group = groups_[owners[route].group];
    if (!group.policy) continue;
    group.routes.push_back(route);
    group.costs.push_back(cost_of(routes[route]));
  }
}

std::uint32_t Adaptation::choose_route(std::uint32_t group, std::uint32_t device, double now_s,
                                       DeviceStations& stations) {
  const Group& own = groups_[group];
  const TransferHistory& history = histories_[device];
  const DeviceView view{stations.held(device, now_s),
                        stations.backlog_s(device, now_s),
                        history.unsent_bytes(),
                        history.rate_bytes_per_s(now_s, own.memory),
                        history.answer_s(now_s, own.memory),
                        history.response_s(now_s, own.memory)};
  const std::size_t setting = own.policy->choose(view, own.costs);
  const std::uint32_t route = own.routes[setting];
  if (recorder_.measured().contains(now_s)) {
    recorder_.count_setting(setting);
    ++taken_[route];
  }
  return route;
}

void Adaptation::message_ready(const RequestRecord& request, double now_s) {
  if (adapts(request.group)) histories_[request.device].ready(now_s, request.access_message_bytes);
}

void Adaptation::message_left(const RequestRecord& request, double now_s) {
  const Group& group = groups_[request.group];
  if (group.policy) histories_[request.device].left(now_s, request.access_message_bytes, group.memory);
}

void Adaptation::answer_seen(const RequestRecord& request, double left_s, double now_s) {
  histories_[request.device].answered(now_s, request.tiers[0].encoded_s, left_s,
                                      groups_[request.group].memory);
}

std::vector<double> Adaptation::route_shares() const {
  std::vector<double> shares(taken_.size(), 0);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    double total = 0;
    for (const std::uint32_t route : groups_[g].routes) total += taken_[route];
    if (total == 0) {
      shares[g] = 1;
      continue;
    }
    for (const std::uint32_t route : groups_[g].routes) shares[route] = taken_[route] / total;
  }
  return shares;
}

}  // namespace offramp
