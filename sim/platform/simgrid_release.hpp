#pragma once

#include <simgrid/version.h>

#include <simgrid/s4u.hpp>

#include <string>
#include <utility>
#include <vector>

/// The one place that knows how SimGrid's releases differ: 4.0 (Debian 13) has new names for what 3.32
/// (Debian 12) can do.
namespace offramp::simgrid_release {
namespace sg = simgrid::s4u;

#if SIMGRID_VERSION_MAJOR >= 4

inline sg::NetZone* star_zone(const std::string& name) {
  return sg::Engine::get_instance()->get_netzone_root()->add_netzone_star(name);
}
inline sg::NetZone* full_zone(const std::string& name) {
  return sg::Engine::get_instance()->get_netzone_root()->add_netzone_full(name);
}
inline sg::NetZone* wifi_zone(sg::NetZone* parent, const std::string& name) {
  return parent->add_netzone_wifi(name);
}
/// @param bytes_per_s  a number, or one for each rate of a Wi-Fi link
template <class Bandwidth>
sg::Link* link(sg::NetZone* zone, const std::string& name, const Bandwidth& bytes_per_s) {
  return zone->add_link(name, bytes_per_s);
}
inline sg::Host* host(sg::NetZone* zone, const std::string& name, double speed) {
  return zone->add_host(name, speed);
}
/// One way only. @param from, to  null: the centre of a star
inline void route(sg::NetZone* zone, const sg::Host* from, const sg::Host* to,
                  const std::vector<sg::LinkInRoute>& links) {
  zone->add_route(from, to, links, false);
}
template <class Work>
void actor(const std::string& name, sg::Host* host, Work work) {
  sg::Engine::get_instance()->add_actor(name, host, std::move(work));
}
inline void start(sg::Comm& transfer) { transfer.start(); }
/// @param act  called with each sg::Comm that ends, or is cancelled
template <class Act>
void on_transfer_end(Act act) {
  sg::Comm::on_completion_cb(std::move(act));
}

#else

inline sg::NetZone* star_zone(const std::string& name) { return sg::create_star_zone(name); }
inline sg::NetZone* full_zone(const std::string& name) { return sg::create_full_zone(name); }
inline sg::NetZone* wifi_zone(sg::NetZone* parent, const std::string& name) {
  return sg::create_wifi_zone(name)->set_parent(parent);
}
template <class Bandwidth>
sg::Link* link(sg::NetZone* zone, const std::string& name, const Bandwidth& bytes_per_s) {
  return zone->create_link(name, bytes_per_s);
}
inline sg::Host* host(sg::NetZone* zone, const std::string& name, double speed) {
  return zone->create_host(name, speed);
}
inline void route(sg::NetZone* zone, const sg::Host* from, const sg::Host* to,
                  const std::vector<sg::LinkInRoute>& links) {
  zone->add_route(from ? from->get_netpoint() : nullptr, to ? to->get_netpoint() : nullptr, nullptr, nullptr,
                  links, false);
}
template <class Work>
void actor(const std::string& name, sg::Host* host, Work work) {
  sg::Actor::create(name, host, std::move(work));
}
inline void start(sg::Comm& transfer) { transfer.vetoable_start(); }
template <class Act>
void on_transfer_end(Act act) {
  sg::Activity::on_completion_cb([act = std::move(act)](const sg::Activity& activity) {
    if (const auto* transfer = dynamic_cast<const sg::Comm*>(&activity)) act(*transfer);
  });
}

#endif

}  // namespace offramp::simgrid_release
