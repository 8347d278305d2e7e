#include "sim/platform/network_platform.hpp"

#include <fmt/format.h>

#include <boost/random/uniform_01.hpp>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "sim/core/random_stream.hpp"

namespace offramp {
namespace sg = simgrid::s4u;
namespace {

constexpr double kUnusedHostSpeed = 1;  // compute is events; no host of SimGrid computes

// Beyond these SimGrid's cost of a transfer grows: it searches a list of all transfers under way, and shares
// an uplink anew among all that cross it (analysis/performance.md).
constexpr std::size_t kMostDevicesOfKernel = 2000;
constexpr std::size_t kMostDevicesOfUplink = 128;

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

/// A kind of access, with the rates of its traces.
struct NetworkPlatform::Access {
  const AccessSpec* spec;
  const TraceRates* up_rates;  ///< null: constant
  const TraceRates* down_rates;
};

struct NetworkPlatform::AccessLinks {
  LinkPair links;
  std::uint32_t trace_up = kNoTrace;
  std::uint32_t trace_down = kNoTrace;
};

std::vector<NetworkPlatform::Access> NetworkPlatform::access_kinds(const Scenario& scenario) {
  std::map<std::string, Access> kinds;
  const auto rates_of = [&](const std::optional<DeliveryTrace>& trace) -> const TraceRates* {
    if (!trace) return nullptr;
    return trace_rates_.emplace_back(std::make_unique<TraceRates>(*trace)).get();
  };
  std::vector<Access> of_group;
  for (const DeviceGroup& group : scenario.devices) {
    const AccessSpec& spec = scenario.network.access.at(group.access);
    if (!kinds.contains(group.access))
      kinds[group.access] = {&spec, rates_of(spec.up_trace), rates_of(spec.down_trace)};
    of_group.push_back(kinds[group.access]);
  }
  return of_group;
}

std::uint32_t NetworkPlatform::follow_trace(sg::Link* link, const TraceRates* rates, double offset_ms) {
  if (rates == nullptr) return kNoTrace;
  trace_links_.push_back(std::make_unique<TraceLink>(link, *rates, offset_ms));
  return static_cast<std::uint32_t>(trace_links_.size() - 1);
}

/// @param offset  share of the trace that has passed at time 0; the same moment in both directions
NetworkPlatform::AccessLinks NetworkPlatform::make_access_links(sg::NetZone* zone, const std::string& name,
                                                                const Access& kind, double offset) {
  const double up = kind.up_rates ? kind.up_rates->peak_bytes_per_s() : kind.spec->up_bytes_per_s;
  const double down = kind.down_rates ? kind.down_rates->peak_bytes_per_s() : kind.spec->down_bytes_per_s;
  AccessLinks made{make_links(zone, name, up, down)};
  const TraceRates* clock = kind.up_rates ? kind.up_rates : kind.down_rates;
  const double offset_ms = clock ? std::floor(offset * clock->period_ms()) : 0;
  made.trace_up = follow_trace(sg::Link::by_name(name + "_up"), kind.up_rates, offset_ms);
  made.trace_down = follow_trace(sg::Link::by_name(name + "_down"), kind.down_rates, offset_ms);
  return made;
}

NetworkPlatform::NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                                 std::uint64_t replication) {
  const UplinkSpec& uplink = scenario.network.uplink;
  sg::NetZone* star = sg::create_star_zone("network");
  cloud_ = add_host(star, "cloud", {});

  std::vector<LinkPair> uplinks;
  std::vector<sg::Host*> gateways;
  for (std::size_t g = 0; g < scenario.network.gateways; ++g) {
    uplinks.push_back(make_links(star, fmt::format("uplink_{}", g), uplink.bytes_per_s, uplink.bytes_per_s));
    gateways.push_back(add_host(star, fmt::format("gateway_{}", g), uplinks.back()));
  }
  gateways_ = gateways.size();

  const std::vector<Access> access_of_group = access_kinds(scenario);
  for (const Access& kind : access_of_group) {
    const double latency_s = kind.spec->latency_s + uplink.latency_s;
    const bool varies = kind.up_rates != nullptr || kind.down_rates != nullptr;
    limited_by_uplink_.push_back(
        !varies && std::min(kind.spec->up_bytes_per_s, kind.spec->down_bytes_per_s) >= uplink.bytes_per_s);
    up_paths_.push_back(
        {std::min(kind.spec->up_bytes_per_s, uplink.bytes_per_s), latency_s, uplink.buffer_bytes});
    constexpr double kFolded = std::numeric_limits<double>::infinity();
    access_up_.push_back(limited_by_uplink_.back() ? kFolded : kind.spec->up_bytes_per_s);
    access_down_.push_back(limited_by_uplink_.back() ? kFolded : kind.spec->down_bytes_per_s);
    down_paths_.push_back(
        {std::min(kind.spec->down_bytes_per_s, uplink.bytes_per_s), latency_s, uplink.buffer_bytes});
  }

  const auto offset_of = [&](std::uint64_t owner, std::string_view purpose) {
    RandomEngine random = random_stream(scenario.seed, replication, owner, purpose);
    return boost::random::uniform_01<double>()(random);
  };
  /// Cells by kind of access and gateway, with the host that their devices share.
  std::map<std::pair<const AccessSpec*, std::size_t>, std::pair<AccessLinks, sg::Host*>> cells;
  for (std::size_t device = 0; device < device_groups.size(); ++device) {
    const Access& kind = access_of_group[device_groups[device]];
    const AccessSpec& access = *kind.spec;
    const std::size_t gateway = gateway_of(device);
    const bool varies = kind.up_rates != nullptr || kind.down_rates != nullptr;
    const bool never_limits = limited_by_uplink_[device_groups[device]];
    AccessLinks links;
    sg::Host* host = gateways[gateway];
    const auto make = [&](const std::string& of, double offset) {
      links = make_access_links(star, "access_" + of, kind, offset);
      host = add_host(star, of, joined(links.links, uplinks[gateway]));
    };
    if (access.shared && !never_limits) {
      const auto cell = cells.find({&access, gateway});
      if (cell == cells.end()) {
        const std::string name = fmt::format("cell_{}_{}", cells.size(), gateway);
        make(name, varies ? offset_of(gateway, "trace offset of a cell of " +
                                                   scenario.devices[device_groups[device]].access)
                          : 0);
        cells[{&access, gateway}] = {links, host};
      } else {
        std::tie(links, host) = cell->second;
      }
    } else if (!never_limits) {
      make(fmt::format("device_{}", device), varies ? offset_of(device, "trace offset") : 0);
    }
    device_hosts_.push_back(host);
    trace_link_up_.push_back(links.trace_up);
    trace_link_down_.push_back(links.trace_down);
  }
  if (trace_links_.empty()) {
    trace_link_up_ = {};
    trace_link_down_ = {};
  }
  star->seal();
  uplink_bytes_per_s_ = uplink.bytes_per_s;
  closed_form_ = is_closed_form(scenario, device_groups.size());
}

bool NetworkPlatform::is_closed_form(const Scenario& scenario, std::size_t devices) const {
  for (std::size_t group = 0; group < scenario.devices.size(); ++group) {
    const AccessSpec& access = scenario.network.access.at(scenario.devices[group].access);
    const bool limits = std::isfinite(access_up_[group]);
    const bool alone = scenario.network.connection.reuse && !access.shared;  // on its access link
    if (access.up_trace || access.down_trace || (limits && !alone)) return false;
  }
  return devices > kMostDevicesOfKernel || devices > kMostDevicesOfUplink * gateways_;
}

std::vector<double> NetworkPlatform::uplink_bytes_per_s() const {
  return std::vector<double>(2 * gateways_, uplink_bytes_per_s_);
}

}  // namespace offramp
