#include "sim/simulation/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "sim/platform/network_platform.hpp"
#include "sim/record/recorder.hpp"
#include "sim/simulation/request_life.hpp"

namespace offramp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The kernel as a network of pure flows: what SimGrid's models would add to a transfer (latency factors,
/// windows, cross traffic) is ours to add, as events.
void configure_engine() {
  using simgrid::s4u::Engine;
  Engine::set_config("network/model:CM02");
  Engine::set_config("network/crosstraffic:0");
  Engine::set_config("network/TCP-gamma:0");
  Engine::set_config("surf/precision:1e-9");
  Engine::set_config("maxmin/precision:1e-9");
}

std::vector<std::uint32_t> group_of_each_device(const Scenario& scenario) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < scenario.devices.size(); ++group)
    groups.insert(groups.end(), scenario.devices[group].count, group);
  return groups;
}

std::size_t most_exits(const Scenario& scenario) {
  std::size_t exits = 0;
  for (const DeviceGroup& group : scenario.devices) exits = std::max(exits, group.model.num_exits);
  return exits;
}

}  // namespace

Replication simulate(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                     std::uint64_t replication) {
  const auto began = Clock::now();
  if (simgrid::s4u::Engine::is_initialized()) throw std::logic_error("one simulation a process: fork first");
  std::array<char, 8> program{"offramp"};
  std::array<char, 32> quiet{"--log=xbt_cfg.thresh:warning"};
  std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
  int count = 2;
  // Never destroyed: it ends with the process, transfers under way and all.
  auto& engine = *new simgrid::s4u::Engine(&count, arguments.data());
  configure_engine();

  const std::vector<std::uint32_t> device_groups = group_of_each_device(scenario);
  const NetworkPlatform platform(scenario, device_groups, replication);
  Recorder recorder(scenario, most_exits(scenario));
  EventQueue events;
  RequestLife life(scenario, routes, device_groups, platform, replication, events, recorder);

  // No actor does the work; this one keeps the engine running up to the horizon.
  const double horizon_s = recorder.measured().to_s;
  simgrid::s4u::Actor::create("horizon", platform.cloud(),
                              [horizon_s] { simgrid::s4u::this_actor::sleep_until(horizon_s); });
  life.begin();
  const double setup_s = seconds_since(began);

  const auto loop_began = Clock::now();
  engine.run_until(horizon_s);
  life.end();
  const double loop_s = seconds_since(loop_began);

  Replication done{recorder.result(), recorder.take_requests()};
  done.result.setup_s = setup_s;
  done.result.loop_s = loop_s;
  return done;
}

}  // namespace offramp
