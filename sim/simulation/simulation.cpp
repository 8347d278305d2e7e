#include "sim/simulation/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <chrono>

#include "sim/platform/engine.hpp"
#include "sim/platform/network_platform.hpp"
#include "sim/platform/simgrid_release.hpp"
#include "sim/record/recorder.hpp"
#include "sim/simulation/clock_reporter.hpp"
#include "sim/simulation/image_sampling.hpp"
#include "sim/simulation/offered_load.hpp"
#include "sim/simulation/request_life.hpp"

namespace offramp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
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
                     std::uint64_t replication, volatile double* share_done) {
  const auto began = Clock::now();
  simgrid::s4u::Engine& engine = start_engine();

  const std::vector<std::uint32_t> device_groups = group_of_each_device(scenario);
  const NetworkPlatform platform(scenario, device_groups, replication);
  Recorder recorder(scenario, most_exits(scenario));
  EventQueue events;
  RequestLife life(scenario, routes, device_groups, platform, replication, events, recorder);

  // No actor does the work; this one keeps the engine running up to the horizon.
  const double horizon_s = recorder.measured().to_s;
  simgrid_release::actor("horizon", platform.cloud(),
                         [horizon_s] { simgrid::s4u::this_actor::sleep_until(horizon_s); });
  if (platform.closed_form()) events.run_without_kernel_until(horizon_s);
  life.begin();
  const double setup_s = seconds_since(began);

  const auto loop_began = Clock::now();
  const ClockReporter reporter(events, horizon_s, share_done);
  engine.run_until(horizon_s);
  life.end();
  const double loop_s = seconds_since(loop_began);

  Replication done{recorder.result(), recorder.take_requests()};
  done.result.offered_loads = offered_loads(scenario, routes, device_groups);
  done.result.image_sampling = image_sampling_errors({scenario, routes, life.route_shares()});
  done.result.setup_s = setup_s;
  done.result.loop_s = loop_s;
  return done;
}

}  // namespace offramp
