#include "tests/validation/flow_model.hpp"

#include <simgrid/s4u.hpp>

#include <array>
#include <string>

#include "sim/platform/simgrid_release.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp::validation {
namespace sg = simgrid::s4u;
namespace {

double transfer_s(const std::string& model, double bytes_per_s, double latency_s, double bytes) {
  std::array<char, 8> program{"offramp"};
  std::array<char, 40> quiet{"--log=root.thresh:warning"};
  std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
  int count = 2;
  sg::Engine engine(&count, arguments.data());
  sg::Engine::set_config("network/model:" + model);
  sg::NetZone* zone = simgrid_release::full_zone("path");
  sg::Host* from = simgrid_release::host(zone, "from", 1)->seal();
  sg::Host* to = simgrid_release::host(zone, "to", 1)->seal();
  const sg::Link* link = simgrid_release::link(zone, "link", bytes_per_s)->set_latency(latency_s)->seal();
  simgrid_release::route(zone, from, to, {sg::LinkInRoute(link)});
  simgrid_release::route(zone, to, from, {sg::LinkInRoute(link)});
  zone->seal();
  simgrid_release::actor("sender", from,
                         [=] { sg::Comm::sendto(from, to, static_cast<std::uint64_t>(bytes)); });
  engine.run();
  return sg::Engine::get_clock();
}

}  // namespace

double simgrid_transfer_s(const std::string& model, double bytes_per_s, double latency_s, double bytes) {
  const auto answer = run_in_processes(
      1, 1, [&](std::size_t) { return std::to_string(transfer_s(model, bytes_per_s, latency_s, bytes)); });
  return std::stod(answer[0]);
}

}  // namespace offramp::validation
