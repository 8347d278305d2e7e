#include "tests/validation/flow_model.hpp"

#include <simgrid/s4u.hpp>

#include <array>
#include <string>

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
  sg::NetZone* zone = sg::create_full_zone("path");
  sg::Host* from = zone->create_host("from", 1)->seal();
  sg::Host* to = zone->create_host("to", 1)->seal();
  const sg::Link* link = zone->create_link("link", bytes_per_s)->set_latency(latency_s)->seal();
  zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, {sg::LinkInRoute(link)});
  zone->seal();
  sg::Actor::create("sender", from, [=] { sg::Comm::sendto(from, to, static_cast<std::uint64_t>(bytes)); });
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
