#include "sim/platform/network_platform.hpp"

#include <fmt/format.h>

#include <boost/random/uniform_01.hpp>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/core/random_stream.hpp"
#include "sim/platform/platform_file.hpp"
#include "sim/platform/simgrid_release.hpp"

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
    return sg::LinkInRoute(
        simgrid_release::link(zone, name + direction, bytes_per_s)->set_latency(0)->seal());
  };
  return {{make("_up", up_bytes_per_s)}, {make("_down", down_bytes_per_s)}};
}

/// A host of the star and its way to the centre and back.
sg::Host* add_host(sg::NetZone* star, const std::string& name, const LinkPair& way) {
  sg::Host* host = simgrid_release::host(star, name, kUnusedHostSpeed)->seal();
  simgrid_release::route(star, host, nullptr, way.up);
  simgrid_release::route(star, nullptr, host, way.down);
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
  bool folded = false;
  bool ends_at_gateway = false;  ///< which computes; the uplink bounds nothing of what crosses
  std::uint32_t first_path = 0;  ///< Wi-Fi has one for each of its rates

  bool varies() const { return up_rates != nullptr || down_rates != nullptr; }
  double most_up_bytes_per_s() const {
    return up_rates ? up_rates->peak_bytes_per_s() : spec->up_bytes_per_s;
  }
  double most_down_bytes_per_s() const {
    return down_rates ? down_rates->peak_bytes_per_s() : spec->down_bytes_per_s;
  }
};

/// The most that can reach an uplink at once; infinite where an access link was folded.
struct NetworkPlatform::Reach {
  double up_bytes_per_s = 0;
  double down_bytes_per_s = 0;
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
  AccessLinks made{make_links(zone, name, kind.most_up_bytes_per_s(), kind.most_down_bytes_per_s())};
  const TraceRates* clock = kind.up_rates ? kind.up_rates : kind.down_rates;
  const double offset_ms = clock ? std::floor(offset * clock->period_ms()) : 0;
  made.trace_up = follow_trace(sg::Link::by_name(name + "_up"), kind.up_rates, offset_ms);
  made.trace_down = follow_trace(sg::Link::by_name(name + "_down"), kind.down_rates, offset_ms);
  return made;
}

/// SimGrid's Wi-Fi link limits the airtime of all flows of its stations together, a flow's being its rate
/// over its station's: sum of x_i / r_i <= 1. It comes out of a Wi-Fi zone, but need not stay on its routes.
NetworkPlatform::AccessPoint& NetworkPlatform::access_point(sg::NetZone* star, const Access& kind,
                                                            std::size_t gateway) {
  AccessPoint& point = access_points_[{kind.spec, gateway}];
  if (point.airtime != nullptr) return point;
  const std::string name = fmt::format("access_point_{}", access_points_.size() - 1);
  sg::NetZone* zone = simgrid_release::wifi_zone(star, name);
  point.airtime = simgrid_release::link(zone, name + "_airtime", kind.spec->station_bytes_per_s);
  point.airtime->set_latency(0)->seal();
  zone->seal();
  return point;
}

std::vector<NetworkPlatform::Reach> NetworkPlatform::reach_of_gateways(
    const std::vector<Access>& access_of_group, const std::vector<std::uint32_t>& device_groups) const {
  std::vector<Reach> reach(gateways_);
  std::set<std::pair<const AccessSpec*, std::size_t>> cells;
  for (std::size_t device = 0; device < device_groups.size(); ++device) {
    const Access& kind = access_of_group[device_groups[device]];
    const std::size_t gateway = gateway_of(device);
    if (kind.spec->shared && !cells.insert({kind.spec, gateway}).second) continue;
    constexpr double kEverything = std::numeric_limits<double>::infinity();
    const bool unbounded = kind.folded || kind.spec->is_wifi() || kind.ends_at_gateway;
    reach[gateway].up_bytes_per_s += unbounded ? kEverything : kind.most_up_bytes_per_s();
    reach[gateway].down_bytes_per_s += unbounded ? kEverything : kind.most_down_bytes_per_s();
  }
  return reach;
}

NetworkPlatform::NetworkPlatform(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                                 std::uint64_t replication, Folding folding)
    : gateways_(scenario.network.gateways), devices_(device_groups.size()) {
  if (scenario.network.platform) {
    build_from_file(scenario.network, device_groups.size());
    return;
  }
  const UplinkSpec& uplink = scenario.network.uplink;
  std::vector<Access> access_of_group = access_kinds(scenario);
  std::set<const AccessSpec*> end_at_gateways;
  for (std::size_t group = 0; group < access_of_group.size(); ++group) {
    const auto& offload = scenario.devices[group].offload;
    access_of_group[group].ends_at_gateway = offload && offload->to == OffloadSpec::To::gateway;
    if (access_of_group[group].ends_at_gateway) end_at_gateways.insert(access_of_group[group].spec);
  }
  const auto add_path_to = [&](const TcpPath& up, const TcpPath& down, bool by_uplink, bool crosses) {
    up_paths_.push_back(up);
    down_paths_.push_back(down);
    limited_by_uplink_.push_back(by_uplink);
    crosses_uplink_.push_back(crosses);
  };
  for (Access& kind : access_of_group) {
    kind.folded = folding == Folding::on && !kind.varies() && !kind.spec->is_wifi() &&
                  !end_at_gateways.contains(kind.spec) &&
                  std::min(kind.spec->up_bytes_per_s, kind.spec->down_bytes_per_s) >= uplink.bytes_per_s;
    kind.first_path = static_cast<std::uint32_t>(up_paths_.size());
    const bool crosses = !kind.ends_at_gateway;
    const double latency_s = kind.spec->latency_s + (crosses ? uplink.latency_s : 0);
    constexpr double kEndless = std::numeric_limits<double>::infinity();
    const double most_bytes_per_s = crosses ? uplink.bytes_per_s : kEndless;
    const auto add_path = [&](double up_bytes_per_s, double down_bytes_per_s) {
      const double loss = 1 - (1 - kind.spec->loss) * (1 - (crosses ? uplink.loss : 0));
      // Up, the access link comes first; down, the uplink does, and nothing holds up what enters it.
      TcpPath up{std::min(up_bytes_per_s, most_bytes_per_s), latency_s, uplink.buffer_bytes, up_bytes_per_s,
                 loss};
      TcpPath down{std::min(down_bytes_per_s, most_bytes_per_s), latency_s, uplink.buffer_bytes, kEndless,
                   loss};
      (up_bytes_per_s < most_bytes_per_s ? up.behind_s_per_byte : up.before_s_per_byte) =
          1 / std::max(up_bytes_per_s, most_bytes_per_s);
      (down_bytes_per_s < most_bytes_per_s ? down.before_s_per_byte : down.behind_s_per_byte) =
          1 / std::max(down_bytes_per_s, most_bytes_per_s);
      add_path_to(up, down, kind.folded, crosses);
      access_up_.push_back(kind.folded ? kEndless : up_bytes_per_s);
      access_down_.push_back(kind.folded ? kEndless : down_bytes_per_s);
    };
    for (const double bytes_per_s : kind.spec->station_bytes_per_s) add_path(bytes_per_s, bytes_per_s);
    if (!kind.spec->is_wifi()) add_path(kind.spec->up_bytes_per_s, kind.spec->down_bytes_per_s);
  }

  sg::NetZone* star = simgrid_release::star_zone("network");
  cloud_ = add_host(star, "cloud", {});
  const std::vector<Reach> reach = reach_of_gateways(access_of_group, device_groups);
  std::vector<LinkPair> uplinks;
  std::vector<sg::Host*> gateways;
  for (std::size_t g = 0; g < gateways_; ++g) {
    LinkPair links = make_links(star, fmt::format("uplink_{}", g), uplink.bytes_per_s, uplink.bytes_per_s);
    gateways.push_back(add_host(star, fmt::format("gateway_{}", g), links));
    if (folding == Folding::on && reach[g].up_bytes_per_s <= uplink.bytes_per_s) links.up.clear();
    if (folding == Folding::on && reach[g].down_bytes_per_s <= uplink.bytes_per_s) links.down.clear();
    uplinks.push_back(std::move(links));
  }

  const auto offset_of = [&](std::uint64_t owner, std::string_view purpose) {
    RandomEngine random = random_stream(scenario.seed, replication, owner, purpose);
    return boost::random::uniform_01<double>()(random);
  };
  /// Cells by kind of access and gateway, with the hosts that their devices share: one for those that send to
  /// the cloud, one for those whose gateway computes.
  struct Cell {
    AccessLinks links;
    sg::Host* hosts[2] = {nullptr, nullptr};
  };
  std::map<std::pair<const AccessSpec*, std::size_t>, Cell> cells;
  for (std::size_t device = 0; device < device_groups.size(); ++device) {
    const std::uint32_t group = device_groups[device];
    const Access& kind = access_of_group[group];
    const std::size_t gateway = gateway_of(device);
    AccessLinks links;
    sg::Host* host = gateways[gateway];
    path_of_device_.push_back(kind.first_path);
    const auto make = [&](const std::string& name, std::uint64_t owner, const std::string& purpose) {
      return make_access_links(star, "access_" + name, kind, kind.varies() ? offset_of(owner, purpose) : 0);
    };
    const auto host_behind = [&](const LinkPair& own) {
      return add_host(star, fmt::format("device_{}", device),
                      kind.ends_at_gateway ? own : joined(own, uplinks[gateway]));
    };
    if (kind.spec->is_wifi()) {
      AccessPoint& point = access_point(star, kind, gateway);
      const std::size_t rate = point.stations++ % kind.spec->station_bytes_per_s.size();
      path_of_device_.back() += static_cast<std::uint32_t>(rate);
      const LinkPair airtime{{sg::LinkInRoute(point.airtime)}, {sg::LinkInRoute(point.airtime)}};
      host = host_behind(airtime);
      point.airtime->set_host_wifi_rate(host, static_cast<int>(rate));
    } else if (!kind.folded && kind.spec->shared) {
      auto cell = cells.find({kind.spec, gateway});
      if (cell == cells.end())
        cell = cells
                   .insert({{kind.spec, gateway},
                            {make(fmt::format("cell_{}", cells.size()), gateway,
                                  "trace offset of a cell of " + scenario.devices[group].access),
                             {}}})
                   .first;
      links = cell->second.links;
      sg::Host*& shared_host = cell->second.hosts[kind.ends_at_gateway ? 1 : 0];
      if (shared_host == nullptr) shared_host = host_behind(links.links);
      host = shared_host;
    } else if (!kind.folded) {
      links = make(fmt::format("device_{}", device), device, "trace offset");
      host = host_behind(links.links);
    }
    device_hosts_.push_back(host);
    trace_link_up_.push_back(links.trace_up);
    trace_link_down_.push_back(links.trace_down);
  }
  if (scenario.network.gateway) {
    // Gateways that compute send on as more devices would that have their uplink alone.
    const TcpPath path{uplink.bytes_per_s, uplink.latency_s, uplink.buffer_bytes,
                       std::numeric_limits<double>::infinity(), uplink.loss};
    add_path_to(path, path, true, true);
    for (sg::Host* gateway : gateways) {
      path_of_device_.push_back(static_cast<std::uint32_t>(up_paths_.size() - 1));
      device_hosts_.push_back(gateway);
      trace_link_up_.push_back(kNoTrace);
      trace_link_down_.push_back(kNoTrace);
    }
  }
  if (trace_links_.empty()) {
    trace_link_up_ = {};
    trace_link_down_ = {};
  }
  star->seal();
  uplink_bytes_per_s_ = uplink.bytes_per_s;
  closed_form_ = folding == Folding::on && is_closed_form(scenario, device_groups.size());
}

bool NetworkPlatform::is_closed_form(const Scenario& scenario, std::size_t devices) const {
  if (!scenario.outages.empty() || scenario.network.gateway) return false;
  for (const DeviceGroup& group : scenario.devices) {
    const AccessSpec& access = scenario.network.access.at(group.access);
    const bool limits = std::min(access.up_bytes_per_s, access.down_bytes_per_s) < uplink_bytes_per_s_;
    if (access.is_wifi()) return false;
    const bool alone = scenario.network.connection.reuse && !access.shared;  // on its access link
    if (access.up_trace || access.down_trace || (limits && !alone)) return false;
  }
  return devices > kMostDevicesOfKernel || devices > kMostDevicesOfUplink * gateways_;
}

std::vector<double> NetworkPlatform::uplink_bytes_per_s() const {
  return std::vector<double>(2 * gateways_, uplink_bytes_per_s_);
}

void NetworkPlatform::build_from_file(const NetworkSpec& network, std::size_t devices) {
  LoadedPlatform loaded = load_platform_file(*network.platform, network.uplink.buffer_bytes);
  cloud_ = loaded.cloud;
  for (std::size_t device = 0; device < devices; ++device) {
    const std::size_t host = device % loaded.device_hosts.size();
    device_hosts_.push_back(loaded.device_hosts[host]);
    path_of_device_.push_back(static_cast<std::uint32_t>(host));
  }
  limited_by_uplink_.assign(loaded.device_hosts.size(), false);
  crosses_uplink_.assign(loaded.device_hosts.size(), true);
  up_paths_ = std::move(loaded.up_paths);
  down_paths_ = std::move(loaded.down_paths);
}

}  // namespace offramp
