#include "tests/simulation/flow_run.hpp"

#include <cstring>
#include <simgrid/s4u.hpp>

#include "sim/platform/engine.hpp"
#include "sim/platform/flows.hpp"
#include "sim/platform/simgrid_release.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

/// Starts transfers at their times and keeps when they end.
class FlowRun final : private EventHandler {
 public:
  FlowRun(const NetworkPlatform& platform, const std::vector<PlainTransfer>& transfers)
      : platform_(platform),
        transfers_(transfers),
        finished_s_(transfers.size(), -1),
        flows_([this](std::uint32_t i) { finished_s_[i] = events_.now_s(); },
               [](std::uint32_t, double, double, double) {}) {
    for (std::uint32_t i = 0; i < transfers.size(); ++i) events_.schedule(transfers[i].at_s, *this, 0, i);
  }
  const std::vector<double>& finished_s() const { return finished_s_; }

 private:
  void on_event(std::uint32_t, std::uint32_t i) override {
    const PlainTransfer& t = transfers_[i];
    auto* device = platform_.host_of(t.device);
    flows_.start(t.up ? device : platform_.cloud(), t.up ? platform_.cloud() : device, t.device, t.bytes, i,
                 events_.now_s());
  }

  const NetworkPlatform& platform_;
  const std::vector<PlainTransfer>& transfers_;
  std::vector<double> finished_s_;
  EventQueue events_;
  Flows flows_;
};

std::size_t links_on_routes(const NetworkPlatform& platform, std::size_t devices) {
  std::size_t links = 0;
  for (std::size_t device = 0; device < devices; ++device) {
    std::vector<simgrid::s4u::Link*> up, down;
    double latency_s = 0;
    platform.host_of(device)->route_to(platform.cloud(), up, &latency_s);
    platform.cloud()->route_to(platform.host_of(device), down, &latency_s);
    links += up.size() + down.size();
  }
  return links;
}

}  // namespace

FlowOutcomes run_flows(const Scenario& scenario, const std::vector<PlainTransfer>& transfers,
                       double horizon_s, NetworkPlatform::Folding folding) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < scenario.devices.size(); ++group)
    groups.insert(groups.end(), scenario.devices[group].count, group);
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    auto& engine = start_engine();
    const NetworkPlatform platform(scenario, groups, 0, folding);
    FlowRun run(platform, transfers);
    simgrid_release::actor("horizon", platform.cloud(),
                           [horizon_s] { simgrid::s4u::this_actor::sleep_until(horizon_s); });
    engine.run_until(horizon_s);
    const std::size_t links = links_on_routes(platform, groups.size());
    std::string bytes(sizeof links, '\0');
    std::memcpy(bytes.data(), &links, sizeof links);
    bytes.append(reinterpret_cast<const char*>(run.finished_s().data()), transfers.size() * sizeof(double));
    return bytes;
  });
  FlowOutcomes outcomes{std::vector<double>(transfers.size()), 0};
  std::memcpy(&outcomes.links, answer[0].data(), sizeof outcomes.links);
  std::memcpy(outcomes.finished_s.data(), answer[0].data() + sizeof outcomes.links,
              transfers.size() * sizeof(double));
  return outcomes;
}

}  // namespace offramp
