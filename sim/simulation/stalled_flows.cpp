#include "sim/simulation/stalled_flows.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {
namespace {

using What = OutageSpec::What;

constexpr double kShortestTimerS = 0.2;
constexpr double kLongestTimerS = 120;
constexpr std::uint32_t kAttemptBits = 4;
constexpr std::uint32_t kMostDoublings = (1U << kAttemptBits) - 1;

}  // namespace

StalledFlows::StalledFlows(Outages& outages, Flows& flows, const NetworkPlatform& platform,
                           EventQueue& events)
    : outages_(outages), flows_(flows), platform_(platform), events_(events) {
  if (!outages.has(What::uplink) && !outages.has(What::access)) return;
  outages.tell(*this);
  flows_.set_gate([this](std::uint32_t flow, std::uint32_t device) {
    const bool open = way_open(device);
    if (!open && !lies_in_uplink_buffer(device)) try_later(flow, device, 0);
    return open;
  });
}

bool StalledFlows::way_open(std::uint32_t device) const {
  const auto gateway = static_cast<std::uint32_t>(platform_.gateway_of(device));
  return (!crosses_uplink(device) || outages_.is_up(What::uplink, gateway)) &&
         (lies_in_uplink_buffer(device) || outages_.is_up(What::access, device));
}

void StalledFlows::on_down(What what, std::uint32_t target) {
  if (what == What::device) return;
  flows_.for_each([&](std::uint32_t flow, std::uint32_t device) {
    const bool buffered = lies_in_uplink_buffer(device);
    const bool crosses = what == What::access
                             ? !buffered && device == target
                             : crosses_uplink(device) && platform_.gateway_of(device) == target;
    if (crosses && flows_.hold(flow, events_.now_s()) && !buffered) try_later(flow, device, 0);
  });
}

void StalledFlows::on_up(What what, std::uint32_t target) {
  if (what != What::uplink) return;
  flows_.for_each([&](std::uint32_t flow, std::uint32_t device) {
    if (platform_.gateway_of(device) == target && lies_in_uplink_buffer(device))
      flows_.let_go(flow, events_.now_s());
  });
}

void StalledFlows::try_later(std::uint32_t flow, std::uint32_t device, std::uint32_t attempt) {
  const double first_s = kShortestTimerS + platform_.up_path(platform_.path_of(device)).round_s();
  const double wait_s = std::min(std::ldexp(first_s, static_cast<int>(attempt)), kLongestTimerS);
  const std::uint32_t kind = std::min(attempt, kMostDoublings) | flows_.generation(flow) << kAttemptBits;
  events_.schedule(events_.now_s() + wait_s, *this, kind, flow);
}

void StalledFlows::on_event(std::uint32_t kind, std::uint32_t flow) {
  if (kind >> kAttemptBits != (flows_.generation(flow) << kAttemptBits) >> kAttemptBits) return;
  const std::uint32_t device = flows_.device(flow);
  if (way_open(device))
    flows_.let_go(flow, events_.now_s());
  else
    try_later(flow, device, (kind & kMostDoublings) + 1);
}

}  // namespace offramp
