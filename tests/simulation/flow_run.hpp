#pragma once

#include <cstdint>
#include <vector>

#include "sim/platform/network_platform.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// Bytes that set out at a moment, to the cloud or back.
struct PlainTransfer {
  double at_s;
  std::uint32_t device;
  bool up;
  std::uint64_t bytes;
};

struct FlowOutcomes {
  std::vector<double> finished_s;  ///< of each transfer; -1 when it had not ended
  std::size_t links = 0;           ///< on the routes of all devices, up and down
};

/// Runs transfers as mere flows, without TCP, over a scenario's platform, in a process of its own.
FlowOutcomes run_flows(const Scenario& scenario, const std::vector<PlainTransfer>& transfers,
                       double horizon_s, NetworkPlatform::Folding folding = NetworkPlatform::Folding::on);

}  // namespace offramp
