#include "sim/platform/network_platform.hpp"

#include <fmt/format.h>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <string>

namespace offramp {
namespace sg = simgrid::s4u;
namespace {

constexpr double kUnusedHostSpeed = 1;  // compute is events; no host of SimGrid computes

/// A link in each direction, without latency.
struct LinkPair {
  std::vector<sg::LinkInRoute> up;
  std::vector<sg::LinkInRoute> down;
};

LinkPair make_links(sg::NetZone* zone, const std::string& name, double up_bytes_per_s,
                    double down_bytes_per_s) {
  const auto make = [&](const char* direction, double bytes_per_s) {
    return sg::LinkInRoute(zone->create_link(name + direction, bytes_per_s)->set_latency(0)->seal());
  };
  return {{make("_up", up_bytes_per_s)}, {make("_down", down_bytes_per_s)}};
}

/// A host of the star and its way to the centre and back.
sg::Host* add_host(sg::NetZone* star, const std::string& name, const LinkPair& way) {
  sg::Host* host = star->create_host(name, kUnusedHostSpeed)->seal();
  star->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, way.up, false);
  star->add_route(nullptr, host->get_netpoint(), nullptr, nullptr, way.down, false);
  return host;
}

LinkPair joined(const LinkPair& access, const LinkPair& uplink) {
  LinkPair way = access;
  way.up.insert(way.up.end(), uplink.up.begin(), uplink.up.end());
  way.down.insert(way.down.begin(), uplink.down.begin(), uplink.down.end());
  return way;
}

}  // namespace

NetworkPlatform::NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups) {
  const UplinkSpec& uplink = scenario.network.uplink;
  sg::NetZone* star = sg::create_star_zone("network");
  cloud_ = add_host(star, "cloud", {});

  std::vector<LinkPair> uplinks;
  std::vector<sg::Host*> gateways;
  for (std::size_t g = 0; g < scenario.network.gateways; ++g) {
    uplinks.push_back(make_links(star, fmt::format("uplink_{}", g), uplink.bytes_per_s, uplink.bytes_per_s));
    gateways.push_back(add_host(star, fmt::format("gateway_{}", g), uplinks.back()));
  }

  std::vector<const AccessSpec*> access_of_group;
  for (const DeviceGroup& group : scenario.devices) {
    const AccessSpec& access = scenario.network.access.at(group.access);
    const double latency_s = access.latency_s + uplink.latency_s;
    access_of_group.push_back(&access);
    up_paths_.push_back(
        {std::min(access.up_bytes_per_s, uplink.bytes_per_s), latency_s, uplink.buffer_bytes});
    down_paths_.push_back(
        {std::min(access.down_bytes_per_s, uplink.bytes_per_s), latency_s, uplink.buffer_bytes});
  }

  for (std::size_t device = 0; device < device_groups.size(); ++device) {
    const AccessSpec& access = *access_of_group[device_groups[device]];
    const std::size_t gateway = device % gateways.size();
    const bool never_limits = std::min(access.up_bytes_per_s, access.down_bytes_per_s) >= uplink.bytes_per_s;
    if (never_limits) {
      device_hosts_.push_back(gateways[gateway]);
      continue;
    }
    const LinkPair links =
        make_links(star, fmt::format("access_{}", device), access.up_bytes_per_s, access.down_bytes_per_s);
    device_hosts_.push_back(
        add_host(star, fmt::format("device_{}", device), joined(links, uplinks[gateway])));
  }
  star->seal();
}

}  // namespace offramp
